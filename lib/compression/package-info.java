/**
 * Unpacks gzip, zlib and zstd: the payload of a record, or a file.
 *
 * <p>Begin with {@link lib.compression.Codec}, the value of {@code --decode}. {@link lib.compression.InputFile} reads a packed file as a
 * stream of bytes.
 *
 * <p>This wing knows bytes only, no records.
 */
package lib.compression;

//DEPS com.github.luben:zstd-jni:1.5.7-25
//SOURCES Codec.java Gunzip.java InputFile.java Unzstd.java
//SOURCES ../cli/package-info.java
