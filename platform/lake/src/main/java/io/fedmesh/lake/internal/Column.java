package io.fedmesh.lake.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A leaf column of the file that is open: its values go to Parquet's encoders, and levels and bounds wait here until a page
 * ends. It looks at the first values for {@link ColumnSample}, and counts what Parquet does not (NaN). Used by one thread.
 */
final class Column {
    private final ColumnDescriptor descriptor;
    private final PrimitiveType type;
    private final int fieldId;
    private final int definition;
    private final boolean isRepeated;
    private final boolean isReal;
    private final ColumnSample sample;

    // of the row group
    private @Nullable ParquetProperties properties;
    private @Nullable PageWriter pages;
    private @Nullable ValuesWriter values;
    private @Nullable DeltaTexts texts;
    private @Nullable RunLengthBitPackingHybridEncoder definitionEncoder;
    private @Nullable RunLengthBitPackingHybridEncoder repetitionEncoder;

    // of the page
    private final Levels definitions;
    private final Levels repetitions;
    private final TextBounds bounds = new TextBounds();
    private int rows;
    private int nulls;
    private int nans;
    private long least;
    private long greatest;
    private double leastReal;
    private double greatestReal;
    /** Bounds of decimals of more digits than a number has, whose order is not that of their bytes. */
    private @Nullable Statistics<?> decimals;

    // of the file
    private int sampled;
    private long fileValues;
    private long fileNulls;
    private long fileNans;
    private double fileLeast;
    private double fileGreatest;

    Column(ColumnDescriptor descriptor, ColumnSample sample) {
        this.descriptor = descriptor;
        this.type = descriptor.getPrimitiveType();
        this.fieldId = type.getId().intValue();
        this.definition = descriptor.getMaxDefinitionLevel();
        this.isRepeated = descriptor.getMaxRepetitionLevel() > 0;
        this.isReal = type.getPrimitiveTypeName() == PrimitiveTypeName.FLOAT
                || type.getPrimitiveTypeName() == PrimitiveTypeName.DOUBLE;
        this.sample = sample;
        this.definitions = new Levels(definition);
        this.repetitions = new Levels(descriptor.getMaxRepetitionLevel());
    }

    ColumnDescriptor descriptor() {
        return descriptor;
    }

    int fieldId() {
        return fieldId;
    }

    /** A new file begins. */
    void begin() {
        sampled = 0;
        sample.begin();
        fileValues = 0;
        fileNulls = 0;
        fileNans = 0;
        fileLeast = Double.POSITIVE_INFINITY;
        fileGreatest = Double.NEGATIVE_INFINITY;
    }

    /** A new row group begins. */
    void open(ParquetProperties how, PageWriter to) {
        properties = how;
        pages = to;
        texts = isPlainText(how) ? new DeltaTexts(how) : null;
        values = texts == null ? how.newValuesWriter(descriptor) : texts;
        definitionEncoder = how.newDefinitionLevelEncoder(descriptor);
        repetitionEncoder = how.newRepetitionLevelEncoder(descriptor);
        beginPage();
    }

    private boolean isPlainText(ParquetProperties how) {
        return (type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY
                        || type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                && !how.isDictionaryEnabled(descriptor);
    }

    private void beginPage() {
        definitions.begin();
        repetitions.begin();
        rows = 0;
        nulls = 0;
        nans = 0;
        least = Long.MAX_VALUE;
        greatest = Long.MIN_VALUE;
        leastReal = Double.POSITIVE_INFINITY;
        greatestReal = Double.NEGATIVE_INFINITY;
        decimals = type.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
                        && type.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation
                ? Statistics.createStats(type)
                : null;
    }

    void write(int value, int repetition) {
        place(repetition, definition);
        if (sampled < ColumnSample.VALUES) {
            sample(value);
        }
        bound(value);
        encoder().writeInteger(value);
    }

    void write(long value, int repetition) {
        place(repetition, definition);
        if (sampled < ColumnSample.VALUES) {
            sample(value);
        }
        bound(value);
        encoder().writeLong(value);
    }

    void write(boolean value, int repetition) {
        place(repetition, definition);
        bound(value ? 1 : 0);
        encoder().writeBoolean(value);
    }

    /** The bytes are not kept. */
    void write(byte[] bytes, int repetition) {
        write(bytes, 0, bytes.length, repetition);
    }

    /** The bytes are not kept. */
    void write(byte[] bytes, int from, int length, int repetition) {
        place(repetition, definition);
        if (sampled < ColumnSample.VALUES) {
            sample(hash(bytes, from, length));
        }
        if (decimals == null) {
            bounds.add(bytes, from, length);
        } else {
            decimals.updateStats(Binary.fromReusedByteArray(bytes, from, length));
        }
        if (texts != null) {
            texts.write(bytes, from, length);
        } else {
            encoder().writeBytes(Binary.fromReusedByteArray(bytes, from, length));
        }
    }

    void write(float value, int repetition) {
        place(repetition, definition);
        if (sampled < ColumnSample.VALUES) {
            sample(Float.floatToRawIntBits(value));
        }
        bound((double) value);
        encoder().writeFloat(value);
    }

    void write(double value, int repetition) {
        place(repetition, definition);
        if (sampled < ColumnSample.VALUES) {
            sample(Double.doubleToRawLongBits(value));
        }
        bound(value);
        encoder().writeDouble(value);
    }

    /** Nothing stands here: the path ends at this level. */
    void writeNull(int repetition, int level) {
        place(repetition, level);
        nulls++;
    }

    private void place(int repetition, int level) {
        definitions.add(level);
        if (isRepeated) {
            repetitions.add(repetition);
            rows += repetition == 0 ? 1 : 0;
        }
    }

    private void bound(long value) {
        if (value < least) {
            least = value;
        }
        if (value > greatest) {
            greatest = value;
        }
    }

    private void bound(double value) {
        if (Double.isNaN(value)) {
            nans++;
            return;
        }
        if (Double.compare(value, leastReal) < 0) {
            leastReal = value;
        }
        if (Double.compare(value, greatestReal) > 0) {
            greatestReal = value;
        }
    }

    private void sample(long value) {
        sampled++;
        sample.add(value);
    }

    private static int hash(byte[] bytes, int from, int length) {
        int hash = 1;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    /** Bytes of the page that is open, before compression. */
    long pageBytes() {
        return encoder().getBufferedSize();
    }

    /** Rows of the page that is open. */
    int pageRows() {
        return isRepeated ? rows : definitions.count();
    }

    /** Bytes of the row group, of ended pages as compressed. */
    long groupBytes() {
        return pageBytes() + to().getMemSize();
    }

    /** Ends the page, which has something. */
    void endPage() {
        int count = definitions.count();
        BytesInput definitionBytes =
                nulls == 0 ? definitions.highest() : definitions.encoded(encoder(definitionEncoder));
        BytesInput repetitionBytes = isRepeated ? repetitions.encoded(encoder(repetitionEncoder)) : BytesInput.empty();
        BytesInput data = encoder().getBytes();
        Encoding encoding = encoder().getEncoding(); // known once the bytes are asked for
        try {
            to().writePageV2(
                            pageRows(),
                            nulls,
                            count,
                            repetitionBytes,
                            definitionBytes,
                            encoding,
                            data,
                            statistics(count));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        encoder().reset();
        encoder(definitionEncoder).reset();
        encoder(repetitionEncoder).reset();
        fileValues += count - nulls;
        fileNulls += nulls;
        fileNans += nans;
        fileLeast = Math.min(fileLeast, leastReal);
        fileGreatest = Math.max(fileGreatest, greatestReal);
        beginPage();
    }

    /** Ends the row group and its last page. */
    void endGroup() {
        if (definitions.count() > 0) {
            endPage();
        }
        DictionaryPage dictionary = encoder().toDictPageAndClose();
        if (dictionary != null) {
            try {
                to().writeDictionaryPage(dictionary);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            encoder().resetDictionary();
        }
    }

    /** Lets go of what the row group needed. */
    void closeGroup() {
        encoder().close();
        encoder(definitionEncoder).close();
        encoder(repetitionEncoder).close();
        values = null;
        texts = null;
        pages = null;
    }

    /** What Parquet's own writer would have gathered value by value. */
    private Statistics<?> statistics(int count) {
        if (!Objects.requireNonNull(properties).getStatisticsEnabled(descriptor)) {
            bounds.drainTo(Statistics.noopStats(type));
            return Statistics.noopStats(type);
        }
        Statistics<?> statistics = decimals == null ? Statistics.createStats(type) : decimals;
        statistics.incrementNumNulls(nulls);
        bounds.drainTo(statistics);
        if (count > nulls) {
            switch (type.getPrimitiveTypeName()) {
                case BOOLEAN -> {
                    statistics.updateStats(least > 0);
                    statistics.updateStats(greatest > 0);
                }
                case INT32 -> {
                    statistics.updateStats((int) least);
                    statistics.updateStats((int) greatest);
                }
                case INT64 -> {
                    statistics.updateStats(least);
                    statistics.updateStats(greatest);
                }
                case FLOAT, DOUBLE -> reals(statistics, count - nulls);
                case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> {
                    // drained above
                }
            }
        }
        return statistics;
    }

    /** In the order that Parquet's writers have, NaN is the greatest. */
    private void reals(Statistics<?> statistics, int present) {
        if (nans < present) {
            real(statistics, leastReal);
            real(statistics, greatestReal);
        }
        if (nans > 0) {
            real(statistics, Double.NaN);
        }
    }

    private void real(Statistics<?> statistics, double value) {
        if (type.getPrimitiveTypeName() == PrimitiveTypeName.FLOAT) {
            statistics.updateStats((float) value);
        } else {
            statistics.updateStats(value);
        }
    }

    /** Counts and bounds of a column of floating-point numbers, of ended pages; null for the others. */
    @Nullable
    FieldMetrics<?> metrics() {
        if (!isReal) {
            return null;
        }
        long all = fileValues + fileNulls;
        if (fileValues == fileNans) {
            return new FieldMetrics<>(fieldId, all, fileNulls, fileNans);
        }
        return type.getPrimitiveTypeName() == PrimitiveTypeName.FLOAT
                ? new FieldMetrics<>(fieldId, all, fileNulls, fileNans, (float) fileLeast, (float) fileGreatest)
                : new FieldMetrics<>(fieldId, all, fileNulls, fileNans, fileLeast, fileGreatest);
    }

    private ValuesWriter encoder() {
        return Objects.requireNonNull(values, "begin a row group first");
    }

    private static RunLengthBitPackingHybridEncoder encoder(@Nullable RunLengthBitPackingHybridEncoder encoder) {
        return Objects.requireNonNull(encoder, "begin a row group first");
    }

    private PageWriter to() {
        return Objects.requireNonNull(pages, "begin a row group first");
    }
}
