package io.fedmesh.bench.internal.sink;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.io.DataWriter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The plain loop: Avro's generic reader, Iceberg's generic record, Iceberg's generic Parquet writer. */
final class GenericLoop implements Loop {
    private static final int FRAME = 5;
    private static final Instant EPOCH = Instant.EPOCH;

    private final GenericDatumReader<org.apache.avro.generic.GenericRecord> reader =
            new GenericDatumReader<>(Accounts.SCHEMA);
    private final DataWriter<Record> writer;
    private final Record row;
    private @Nullable BinaryDecoder decoder;
    private org.apache.avro.generic.@Nullable GenericRecord account;

    GenericLoop(Table table, String location) {
        this.row = GenericRecord.create(table.schema());
        this.writer = new GenericFileWriterFactory.Builder(table)
                .dataFileFormat(FileFormat.PARQUET)
                .dataSchema(table.schema())
                .build()
                .newDataWriter(
                        EncryptedFiles.encryptedOutput(table.io().newOutputFile(location), EncryptionKeyMetadata.EMPTY),
                        table.spec(),
                        null);
    }

    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        byte[] value = record.value();
        if (value == null) {
            return;
        }
        decoder = DecoderFactory.get().binaryDecoder(value, FRAME, value.length - FRAME, decoder);
        account = reader.read(account, decoder);
        for (int i = 0; i < Accounts.SCHEMA.getFields().size(); i++) {
            Object field = account.get(i);
            if (field instanceof CharSequence text) {
                field = text.toString();
            } else if (field instanceof ByteBuffer bytes) {
                byte[] unscaled = new byte[bytes.remaining()];
                bytes.duplicate().get(unscaled);
                field = new BigDecimal(new BigInteger(unscaled), 2);
            } else if (field != null && (i == 10 || i == 11)) {
                field = OffsetDateTime.ofInstant(EPOCH.plus((Long) field, ChronoUnit.MICROS), ZoneOffset.UTC);
            }
            row.set(i, field);
        }
        writer.write(row);
    }

    @Override
    public DataFile close() throws IOException {
        writer.close();
        return writer.toDataFile();
    }
}
