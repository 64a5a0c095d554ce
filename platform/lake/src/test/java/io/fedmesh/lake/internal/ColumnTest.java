package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Parquet's own column writers, which are the oracle of values, statistics, encodings and page index. */
class ColumnTest {
    private static final int GROUPS = 2;
    private static final int ROWS = 250;
    private static final int PAGE_ROWS = 100;
    /** Different values where a dictionary overflows, most often after the first page. */
    private static final int KINDS = 100;

    private static final List<String> TYPES = List.of(
            "boolean %s",
            "int32 %s",
            "int32 %s (DECIMAL(9,2))",
            "int64 %s",
            "int64 %s (TIMESTAMP(MICROS,true))",
            "float %s",
            "double %s",
            "binary %s (STRING)",
            "binary %s",
            "fixed_len_byte_array(16) %s (UUID)",
            "fixed_len_byte_array(16) %s (DECIMAL(38,3))",
            "fixed_len_byte_array(3) %s");

    private enum Shape {
        REQUIRED("message table { required %s = 7; }", "a"),
        OPTIONAL("message table { optional %s = 7; }", "a"),
        LIST("message table { optional group a (LIST) { repeated group list { optional %s = 7; } } }", "element");

        private final String message;
        private final String leaf;

        Shape(String message, String leaf) {
            this.message = message;
            this.leaf = leaf;
        }
    }

    private enum Dictionary {
        NONE,
        HELD,
        OVERFLOWING
    }

    /** One place of a column; a null value ends at its level. */
    private record Place(
            int repetition, int definition, @Nullable Object value) {}

    /** Writes a file of one column. */
    private interface Writer {
        void write(MessageType type, ParquetProperties properties, List<List<Place>> rows, ParquetFileWriter to)
                throws IOException;
    }

    @TempDir
    Path folder;

    private final CodecFactory codecs = new CodecFactory(new Configuration(false), 1 << 20);

    @Test
    void whateverAColumnHoldsIsWrittenAsParquetsOwnWriterWritesIt() throws IOException {
        Random random = new Random(20_261_126);
        Set<Set<Encoding>> encodings = new HashSet<>();
        for (String type : TYPES) {
            for (Shape shape : Shape.values()) {
                MessageType message = MessageTypeParser.parseMessageType(
                        String.format(shape.message, String.format(type, shape.leaf)));
                for (double nulls : shape == Shape.REQUIRED ? new double[] {0} : new double[] {0, 0.05, 0.6, 1}) {
                    for (Dictionary dictionary : Dictionary.values()) {
                        String what = message + " " + nulls + " " + dictionary;
                        List<List<Place>> rows = rows(message.getColumns().get(0), nulls, dictionary, random);
                        ParquetProperties properties =
                                properties(message.getColumns().get(0), dictionary);
                        Path ours = file(message, properties, rows, this::ours);
                        Path theirs = file(message, properties, rows, this::theirs);
                        assertThat(read(ours, message, encodings)).as(what).isEqualTo(places(rows));
                        same(ours, theirs, what);
                    }
                }
            }
        }
        assertThat(encodings)
                .contains(
                        Set.of(Encoding.DELTA_BYTE_ARRAY),
                        Set.of(Encoding.RLE_DICTIONARY, Encoding.PLAIN),
                        Set.of(Encoding.RLE_DICTIONARY, Encoding.PLAIN, Encoding.DELTA_BYTE_ARRAY),
                        Set.of(Encoding.RLE_DICTIONARY, Encoding.PLAIN, Encoding.DELTA_BINARY_PACKED));
    }

    private static ParquetProperties properties(ColumnDescriptor column, Dictionary dictionary) {
        int valueBytes = switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN, INT32, FLOAT -> 4;
            case INT64, DOUBLE -> 8;
            default -> 20;
        };
        return ParquetProperties.builder()
                .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_2_0)
                .withPageRowCountLimit(PAGE_ROWS)
                .withDictionaryEncoding(dictionary != Dictionary.NONE)
                .withDictionaryPageSize(dictionary == Dictionary.OVERFLOWING ? KINDS * 3 / 4 * valueBytes : 1 << 20)
                .build();
    }

    private static List<List<Place>> rows(ColumnDescriptor column, double nulls, Dictionary dictionary, Random random) {
        int full = column.getMaxDefinitionLevel();
        int kinds = switch (dictionary) {
            case NONE -> 5_000;
            case HELD -> 12;
            case OVERFLOWING -> KINDS;
        };
        List<List<Place>> rows = new ArrayList<>();
        for (int i = 0; i < GROUPS * ROWS; i++) {
            List<Place> row = new ArrayList<>();
            int items = column.getMaxRepetitionLevel() == 0 ? 1 : Math.max(1, random.nextInt(6) - 1);
            for (int item = 0; item < items; item++) {
                boolean isNull = full > 0 && random.nextDouble() < nulls;
                int level = !isNull ? full : items > 1 ? full - 1 : random.nextInt(full);
                row.add(new Place(
                        item == 0 ? 0 : 1, level, isNull ? null : value(column, new Random(random.nextInt(kinds)))));
            }
            rows.add(row);
        }
        return rows;
    }

    private static Object value(ColumnDescriptor column, Random random) {
        boolean isOdd = random.nextInt(8) == 0;
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> random.nextBoolean();
            case INT32 -> isOdd ? pick(random, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1) : random.nextInt(1_000_000);
            case INT64 -> isOdd ? pick(random, Long.MIN_VALUE, Long.MAX_VALUE, 0L, -1L) : random.nextLong();
            case FLOAT ->
                isOdd
                        ? pick(random, Float.NaN, -0.0f, 0.0f, Float.NEGATIVE_INFINITY, Float.MIN_VALUE)
                        : random.nextFloat();
            case DOUBLE ->
                isOdd
                        ? pick(random, Double.NaN, -0.0, 0.0, Double.POSITIVE_INFINITY, Double.MIN_VALUE)
                        : random.nextGaussian();
            case BINARY -> bytes(isOdd ? 0 : random.nextInt(40), random);
            default -> bytes(column.getPrimitiveType().getTypeLength(), random);
        };
    }

    private static Object pick(Random random, Object... values) {
        return values[random.nextInt(values.length)];
    }

    /** Some bytes that often begin as others do, some of them zeros and beyond ASCII. */
    private static byte[] bytes(int length, Random random) {
        byte[] bytes = "holder of an account, or\0another".getBytes(StandardCharsets.US_ASCII);
        bytes = java.util.Arrays.copyOf(bytes, length);
        for (int i = random.nextInt(length + 1); i < length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private Path file(MessageType type, ParquetProperties properties, List<List<Place>> rows, Writer writer)
            throws IOException {
        Path path = folder.resolve("file");
        Files.deleteIfExists(path);
        ParquetFileWriter file = new ParquetFileWriter(
                new LocalOutputFile(path),
                type,
                ParquetFileWriter.Mode.CREATE,
                1 << 27,
                0,
                64,
                Integer.MAX_VALUE,
                true);
        file.start();
        for (int group = 0; group < GROUPS; group++) {
            writer.write(type, properties, rows.subList(group * ROWS, (group + 1) * ROWS), file);
        }
        file.end(Map.of());
        return Files.move(path, folder.resolve("file" + System.nanoTime()));
    }

    private ColumnChunkPageWriteStore pages(MessageType type) {
        return new ColumnChunkPageWriteStore(
                codecs.getCompressor(CompressionCodecName.UNCOMPRESSED),
                type,
                HeapByteBufferAllocator.getInstance(),
                64,
                true);
    }

    private void ours(MessageType type, ParquetProperties properties, List<List<Place>> rows, ParquetFileWriter to)
            throws IOException {
        ColumnChunkPageWriteStore pages = pages(type);
        ColumnDescriptor descriptor = type.getColumns().get(0);
        Column column = new Column(descriptor, new ColumnSample());
        column.begin();
        column.open(properties, pages.getPageWriter(descriptor));
        for (List<Place> row : rows) {
            for (Place place : row) {
                ours(column, place);
            }
            if (column.pageRows() == PAGE_ROWS) {
                column.endPage();
            }
        }
        to.startBlock(rows.size());
        column.endGroup();
        pages.flushToFileWriter(to);
        to.endBlock();
        column.closeGroup();
    }

    private static void ours(Column column, Place place) {
        if (place.value == null) {
            column.writeNull(place.repetition, place.definition);
        } else if (place.value instanceof Boolean value) {
            column.write(value, place.repetition);
        } else if (place.value instanceof Integer value) {
            column.write(value, place.repetition);
        } else if (place.value instanceof Long value) {
            column.write(value, place.repetition);
        } else if (place.value instanceof Float value) {
            column.write(value, place.repetition);
        } else if (place.value instanceof Double value) {
            column.write(value, place.repetition);
        } else {
            column.write((byte[]) place.value, place.repetition);
        }
    }

    private void theirs(MessageType type, ParquetProperties properties, List<List<Place>> rows, ParquetFileWriter to)
            throws IOException {
        ColumnChunkPageWriteStore pages = pages(type);
        ColumnWriteStore store = properties.newColumnWriteStore(type, pages);
        ColumnWriter writer = store.getColumnWriter(type.getColumns().get(0));
        for (List<Place> row : rows) {
            for (Place place : row) {
                theirs(writer, place);
            }
            store.endRecord();
        }
        to.startBlock(rows.size());
        store.flush();
        pages.flushToFileWriter(to);
        to.endBlock();
        store.close();
    }

    private static void theirs(ColumnWriter writer, Place place) {
        int repetition = place.repetition;
        int definition = place.definition;
        if (place.value == null) {
            writer.writeNull(repetition, definition);
        } else if (place.value instanceof Boolean value) {
            writer.write(value, repetition, definition);
        } else if (place.value instanceof Integer value) {
            writer.write(value, repetition, definition);
        } else if (place.value instanceof Long value) {
            writer.write(value, repetition, definition);
        } else if (place.value instanceof Float value) {
            writer.write(value, repetition, definition);
        } else if (place.value instanceof Double value) {
            writer.write(value, repetition, definition);
        } else {
            writer.write(Binary.fromConstantByteArray((byte[]) place.value), repetition, definition);
        }
    }

    private static List<String> places(List<List<Place>> rows) {
        List<String> places = new ArrayList<>();
        for (List<Place> row : rows) {
            for (Place place : row) {
                Object value = place.value instanceof byte[] bytes ? Binary.fromConstantByteArray(bytes) : place.value;
                places.add(place.repetition + " " + place.definition + " " + value);
            }
        }
        return places;
    }

    private static List<String> read(Path file, MessageType type, Set<Set<Encoding>> encodings) throws IOException {
        List<String> places = new ArrayList<>();
        ColumnDescriptor column = type.getColumns().get(0);
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            encodings.add(new HashSet<>(
                    reader.getFooter().getBlocks().get(0).getColumns().get(0).getEncodings()));
            for (PageReadStore group = reader.readNextRowGroup(); group != null; group = reader.readNextRowGroup()) {
                ColumnReader values = new ColumnReadStoreImpl(
                                group, new GroupRecordConverter(type).getRootConverter(), type, "")
                        .getColumnReader(column);
                for (long i = values.getTotalValueCount(); i > 0; i--) {
                    int level = values.getCurrentDefinitionLevel();
                    places.add(values.getCurrentRepetitionLevel() + " " + level + " "
                            + (level < column.getMaxDefinitionLevel() ? null : value(column, values)));
                    values.consume();
                }
            }
        }
        return places;
    }

    private static Object value(ColumnDescriptor column, ColumnReader values) {
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case BOOLEAN -> values.getBoolean();
            case INT32 -> values.getInteger();
            case INT64 -> values.getLong();
            case FLOAT -> values.getFloat();
            case DOUBLE -> values.getDouble();
            default -> values.getBinary();
        };
    }

    /** What both footers and page indexes say. */
    private static void same(Path ours, Path theirs, String what) throws IOException {
        try (ParquetFileReader our = ParquetFileReader.open(new LocalInputFile(ours));
                ParquetFileReader their = ParquetFileReader.open(new LocalInputFile(theirs))) {
            assertThat(our.getRecordCount()).isEqualTo(their.getRecordCount());
            assertThat(our.getRowGroups()).hasSize(GROUPS);
            for (int group = 0; group < GROUPS; group++) {
                ColumnChunkMetaData one =
                        our.getRowGroups().get(group).getColumns().get(0);
                ColumnChunkMetaData other =
                        their.getRowGroups().get(group).getColumns().get(0);
                assertThat(one.getStatistics()).as(what).isEqualTo(other.getStatistics());
                assertThat(one.getEncodings()).as(what).isEqualTo(other.getEncodings());
                assertThat(one.getValueCount()).as(what).isEqualTo(other.getValueCount());
                assertThat(one.getTotalSize()).as(what).isLessThan(other.getTotalSize() + 16);
                assertThat(index(our.readColumnIndex(one))).as(what).isEqualTo(index(their.readColumnIndex(other)));
                OffsetIndex pages = our.readOffsetIndex(one);
                assertThat(pages.getPageCount()).as(what).isEqualTo((ROWS + PAGE_ROWS - 1) / PAGE_ROWS);
                for (int page = 0; page < pages.getPageCount(); page++) {
                    assertThat(pages.getFirstRowIndex(page)).as(what).isEqualTo(page * PAGE_ROWS);
                }
            }
        }
    }

    private static List<Object> index(@Nullable ColumnIndex index) {
        return index == null
                ? List.of("none")
                : List.of(
                        index.getBoundaryOrder(),
                        index.getNullCounts(),
                        index.getNullPages(),
                        index.getMinValues(),
                        index.getMaxValues());
    }
}
