/**
 * Reaches AWS: clients, credentials, endpoints.
 *
 * <p>Begin with {@link Aws}: every script has its options ({@code --region}, {@code --profile}, {@code --endpoint-url}, {@code --local}),
 * and it builds every client. {@link ResponseCheck} refuses responses with impossible values, and {@link ResponseBound} endless ones.
 *
 * <p>This package makes no calls to Kinesis or DynamoDB.
 */
package lib.aws;

//DEPS software.amazon.awssdk:sts:2.57.8
//DEPS software.amazon.awssdk:sso:2.57.8
//DEPS software.amazon.awssdk:ssooidc:2.57.8
//SOURCES Aws.java ResponseBound.java ResponseCheck.java
//SOURCES ../kinesis/package-info.java ../cli/package-info.java
