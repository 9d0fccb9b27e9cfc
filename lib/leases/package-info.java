/**
 * Which worker of an application reads which shard: the lease table in DynamoDB.
 *
 * <p>Begin with {@link LeaseTable}. The Kinesis Client Library assigns and renews the leases. This package makes the first ones
 * ({@link NewLeases}), tells how far an application has read ({@link ApplicationProgress}), knows when a lease has expired
 * ({@link LeaseClock}) and gives leases back ({@link HeldLeases}).
 *
 * <p>This package prints no records and starts no worker.
 */
package lib.leases;

// the library alone, and of what it depends on all but the Glue schema registry, OpenTelemetry and databind: half the jars
//DEPS software.amazon.kinesis:amazon-kinesis-client:3.5.1@fatjar
//DEPS software.amazon.awssdk:arns:2.57.8
//DEPS software.amazon.awssdk:cloudwatch:2.57.8
//DEPS software.amazon.awssdk:dynamodb:2.57.8
//DEPS software.amazon.awssdk:dynamodb-enhanced:2.57.8
//DEPS com.amazonaws:dynamodb-lock-client:1.4.0
//DEPS com.google.guava:guava:32.1.1-jre
//DEPS io.reactivex.rxjava3:rxjava:3.1.11
//DEPS org.apache.commons:commons-collections4:4.4
//DEPS org.apache.commons:commons-lang3:3.18.0
//SOURCES ApplicationProgress.java ApplicationStart.java HeldLeases.java LeaseClock.java LeaseTable.java LeaseTableSchema.java
//SOURCES NewLeases.java
//SOURCES ../positions/package-info.java ../aws/package-info.java ../kinesis/package-info.java ../cli/package-info.java
