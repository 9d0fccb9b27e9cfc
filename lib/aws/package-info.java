/**
 * Reaches AWS: clients, credentials, endpoints.
 *
 * <p>Begin with {@link Aws}: its options are those of every script, and it builds every client. {@link ResponseCheck} refuses responses
 * with impossible values, {@link ResponseBound} those without end.
 *
 * <p>This wing makes no calls.
 */
package lib.aws;

//DEPS software.amazon.awssdk:sts:2.57.8
//DEPS software.amazon.awssdk:sso:2.57.8
//DEPS software.amazon.awssdk:ssooidc:2.57.8
//SOURCES Aws.java ResponseBound.java ResponseCheck.java
//SOURCES ../kinesis/package-info.java ../cli/package-info.java
