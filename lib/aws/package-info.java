/**
 * Reaches AWS: clients, credentials, endpoints, and the refusal of responses that make no sense.
 *
 * <p>Begin with {@link lib.aws.Aws}, whose options every script has, and which builds every client. {@link lib.aws.ResponseCheck} refuses
 * responses with impossible values, {@link lib.aws.ResponseBound} those without end.
 *
 * <p>This wing makes no calls.
 */
package lib.aws;

//DEPS software.amazon.awssdk:sts:2.57.8
//DEPS software.amazon.awssdk:sso:2.57.8
//DEPS software.amazon.awssdk:ssooidc:2.57.8
//SOURCES Aws.java ResponseBound.java ResponseCheck.java
//SOURCES ../kinesis/package-info.java ../cli/package-info.java
