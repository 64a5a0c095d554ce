package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.deltastrings.DeltaByteArrayWriter;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;

/** Against Parquet's own writer of the encoding. */
class DeltaTextsTest {
    private final Random random = new Random(3);

    @Test
    void textsAreEncodedByteForByteAsParquetsOwnWriterEncodesThem() throws IOException {
        ParquetProperties properties = ParquetProperties.builder().build();
        DeltaTexts ours = new DeltaTexts(properties);
        DeltaByteArrayWriter theirs = new DeltaByteArrayWriter(
                properties.getInitialSlabSize(),
                properties.getPageSizeThreshold(),
                HeapByteBufferAllocator.getInstance());
        byte[] text = new byte[0];
        for (int page = 0; page < 20; page++) {
            for (int i = random.nextInt(2_000); i > 0; i--) {
                text = next(text);
                byte[] within = new byte[text.length + 9];
                System.arraycopy(text, 0, within, 5, text.length);
                ours.write(within, 5, text.length);
                theirs.writeBytes(Binary.fromConstantByteArray(text));
            }
            assertThat(ours.getBufferedSize()).isEqualTo(theirs.getBufferedSize());
            assertThat(ours.getBytes().toByteArray())
                    .isEqualTo(theirs.getBytes().toByteArray());
            ours.reset();
            theirs.reset();
        }
    }

    /** Begins as the one before does, for some bytes; one in three is empty. */
    private byte[] next(byte[] before) {
        byte[] next = Arrays.copyOf(before, random.nextInt(3) == 0 ? 0 : random.nextInt(200));
        for (int i = random.nextInt(next.length + 1); i < next.length; i++) {
            next[i] = (byte) random.nextInt(256);
        }
        return next;
    }
}
