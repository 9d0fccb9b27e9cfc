/**
 * Unpacks gzip, zlib and zstd: the payload of a record, or a file.
 *
 * <p>Begin with {@link Codec}, the value of {@code --decode}. {@link InputFile} reads a packed file as a stream of bytes.
 *
 * <p>This package knows only bytes, not records.
 */
package lib.compression;

//DEPS com.github.luben:zstd-jni:1.5.7-25
//SOURCES Codec.java Gunzip.java InputFile.java Unzstd.java
//SOURCES ../cli/package-info.java
