/**
 * Reaches a stream: clients, credentials, endpoint, the stream's address, its shards, and what is retried.
 *
 * <p>Begin with {@link lib.kinesis.Aws}, which builds the clients, and {@link lib.kinesis.Shards}. {@link lib.kinesis.Backoff} says which failed
 * calls are retried and for how long. {@link lib.kinesis.ResponseCheck} and {@link lib.kinesis.ResponseBound} refuse responses that make no sense.
 *
 * <p>This wing knows nothing of what is done with a stream: reading, writing, describing.
 */
package lib.kinesis;

//DEPS software.amazon.awssdk:sts:2.57.8
//DEPS software.amazon.awssdk:sso:2.57.8
//DEPS software.amazon.awssdk:ssooidc:2.57.8
//SOURCES Aws.java Backoff.java Distribution.java Md5.java Pages.java ResponseBound.java ResponseCheck.java Shards.java StreamRef.java
//SOURCES StreamSummary.java
//SOURCES ../cli/package-info.java
