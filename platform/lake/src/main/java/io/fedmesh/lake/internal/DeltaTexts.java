package io.fedmesh.lake.internal;

import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.io.api.Binary;

/**
 * Parquet's DELTA_BYTE_ARRAY (format specification, "Delta Strings"), byte for byte what the library's own writer makes, which
 * copies each value and makes three objects of it. Used by one thread.
 */
final class DeltaTexts extends ValuesWriter {
    private static final int INITIAL = 4_096;

    private final DeltaBinaryPackingValuesWriterForInteger prefixes;
    private final DeltaBinaryPackingValuesWriterForInteger lengths;
    private byte[] suffixes = new byte[INITIAL];
    private int size;
    private byte[] last = new byte[64];
    private int lastLength;

    DeltaTexts(ParquetProperties properties) {
        prefixes = numbers(properties);
        lengths = numbers(properties);
    }

    private static DeltaBinaryPackingValuesWriterForInteger numbers(ParquetProperties properties) {
        return new DeltaBinaryPackingValuesWriterForInteger(
                properties.getInitialSlabSize(), properties.getPageSizeThreshold(), properties.getAllocator());
    }

    void write(byte[] bytes, int from, int length) {
        int common = Math.min(lastLength, length);
        int differs = Arrays.mismatch(last, 0, common, bytes, from, from + common);
        int prefix = differs < 0 ? common : differs;
        int rest = length - prefix;
        prefixes.writeInteger(prefix);
        lengths.writeInteger(rest);
        if (suffixes.length - size < rest) {
            suffixes = Arrays.copyOf(suffixes, Math.max(2 * suffixes.length, Math.addExact(size, rest)));
        }
        System.arraycopy(bytes, from + prefix, suffixes, size, rest);
        size += rest;
        if (last.length < length) {
            last = Arrays.copyOf(last, Math.max(2 * last.length, length));
        }
        System.arraycopy(bytes, from + prefix, last, prefix, rest);
        lastLength = length;
    }

    @Override
    public void writeBytes(Binary value) {
        byte[] bytes = value.getBytesUnsafe();
        write(bytes, 0, bytes.length);
    }

    @Override
    public long getBufferedSize() {
        return prefixes.getBufferedSize() + lengths.getBufferedSize() + size;
    }

    @Override
    public BytesInput getBytes() {
        return BytesInput.concat(prefixes.getBytes(), lengths.getBytes(), BytesInput.from(suffixes, 0, size));
    }

    @Override
    public Encoding getEncoding() {
        return Encoding.DELTA_BYTE_ARRAY;
    }

    @Override
    public void reset() {
        prefixes.reset();
        lengths.reset();
        size = 0;
        lastLength = 0;
    }

    @Override
    public void close() {
        prefixes.close();
        lengths.close();
    }

    @Override
    public long getAllocatedSize() {
        return prefixes.getAllocatedSize() + lengths.getAllocatedSize() + suffixes.length;
    }

    @Override
    public String memUsageString(String prefix) {
        return prefix + " DELTA_BYTE_ARRAY " + getAllocatedSize();
    }
}
