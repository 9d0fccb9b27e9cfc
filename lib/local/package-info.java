/**
 * A Kinesis and a DynamoDB on this machine.
 *
 * <p>Begin with {@link lib.local.LocalKinesis}. {@link lib.local.LocalProcess} is a server that ends with this process, {@link
 * lib.local.NpmPackage} an npm package whose hashes are checked.
 *
 * <p>This wing knows nothing of records.
 */
package lib.local;

//SOURCES LocalDynamoDb.java LocalEngine.java LocalKinesis.java LocalProcess.java NpmPackage.java
//SOURCES ../aws/package-info.java ../kinesis/package-info.java ../cli/package-info.java
