/**
 * Tells what the user may do with a stream.
 *
 * <p>Begin with {@link PermissionCheck}: it prints which of the {@link Permission}s the user has, as {@link PermissionCalls} finds out, and
 * the {@link Policy} to add. It changes nothing: {@link DryRuns} makes the calls that would.
 *
 * <p>This package calls only Kinesis.
 */
package lib.permissions;

//SOURCES DryRuns.java Permission.java PermissionCalls.java PermissionCheck.java Policy.java
//SOURCES ../kinesis/package-info.java ../cli/package-info.java
