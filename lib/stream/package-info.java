/**
 * Makes, changes and removes a stream.
 *
 * <p>Begin with {@link Change}, which plans the steps of a command and makes them. A {@link Step} is a call that changes a stream, and the
 * condition by which it is done. {@link Creation}, {@link Resharding}, {@link SettingSteps}, {@link Consumers} and {@link Deletion} plan
 * the steps from a {@link StreamState}, and refuse what the service would. {@link Steps} makes the steps; {@link Waiting} waits for each,
 * and {@link AwsCommand} writes them as command lines ({@code --dry-run}).
 *
 * <p>This package makes the calls that change a stream; it neither reads nor writes records.
 */
package lib.stream;

//SOURCES AccountLimit.java AwsCommand.java Change.java Consumers.java Creation.java Deletion.java Resharding.java SettingSteps.java
//SOURCES Step.java Steps.java StreamSettings.java StreamState.java Waiting.java
//SOURCES ../aws/package-info.java ../kinesis/package-info.java ../cli/package-info.java
