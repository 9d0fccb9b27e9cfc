/**
 * A Kinesis and a DynamoDB on this machine.
 *
 * <p>Begin with {@link LocalKinesis}. A {@link LocalProcess} is a server that ends with this process, and an {@link NpmPackage} is checked
 * by its hashes.
 *
 * <p>This package knows no records.
 */
package lib.local;

//SOURCES LocalDynamoDb.java LocalEngine.java LocalKinesis.java LocalProcess.java NpmPackage.java
//SOURCES ../aws/package-info.java ../kinesis/package-info.java ../cli/package-info.java
