package io.fedmesh.bench.internal.sink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.iceberg.DataFile;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/**
 * The floor: the bytes of an account straight into Parquet's column writers, written by hand for this one schema. It either
 * writes the account alone, as the peer does, or all columns of a history table, as our sink does.
 */
final class DirectLoop implements Loop {
    private static final int FRAME = 5;
    private static final int ENTITY_COLUMNS = 13;

    private final DirectFile file;
    private final boolean isHistory;
    private final int present;
    private final AvroBytes body = new AvroBytes();

    private DirectLoop(DirectFile file, boolean isHistory) {
        this.file = file;
        this.isHistory = isHistory;
        this.present = isHistory ? 1 : 0;
    }

    /** Accounts alone; deletes leave no row. */
    static DirectLoop ofEntity(DirectFile file) {
        return new DirectLoop(file, false);
    }

    /** Every event with its key, operation, version, time, transaction and place. */
    static DirectLoop ofHistory(DirectFile file) {
        return new DirectLoop(file, true);
    }

    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        byte[] value = record.value();
        if (value != null) {
            entity(value);
        } else if (isHistory) {
            // A delete knows the key alone.
            file.writers[0].write(Binary.fromReusedByteArray(record.key()), 0, present);
            for (int i = 1; i < ENTITY_COLUMNS; i++) {
                file.writers[i].writeNull(0, 0);
            }
        } else {
            return;
        }
        if (isHistory) {
            event(record);
        }
        file.endRow();
    }

    @Override
    public DataFile close() throws IOException {
        return file.close();
    }

    private void entity(byte[] value) {
        ColumnWriter[] to = file.writers;
        body.at(value, FRAME);
        to[0].write(body.text(), 0, present);
        to[1].write(body.number(), 0, present);
        to[2].write(body.text(), 0, present);
        to[3].write(body.text(), 0, present);
        to[4].write(body.text(), 0, present);
        optionalText(to[5]);
        optionalText(to[6]);
        to[7].write(body.decimal(), 0, present);
        to[8].write(body.real(), 0, present);
        to[9].write(body.truth(), 0, present);
        to[10].write(body.number(), 0, present);
        if (body.isPresent()) {
            to[11].write(body.number(), 0, 1);
        } else {
            to[11].writeNull(0, 0);
        }
        to[12].write(body.number(), 0, present);
    }

    private void optionalText(ColumnWriter to) {
        if (body.isPresent()) {
            to.write(body.text(), 0, 1);
        } else {
            to.writeNull(0, 0);
        }
    }

    private void event(ConsumerRecord<byte[], byte[]> record) {
        byte[] op = null;
        byte[] version = null;
        byte[] time = null;
        byte[] transaction = null;
        for (Header header : record.headers()) {
            switch (header.key()) {
                case "mesh_op" -> op = header.value();
                case "mesh_version" -> version = header.value();
                case "ce_time" -> time = header.value();
                case "mesh_txid" -> transaction = header.value();
                default -> {
                    // not in the table
                }
            }
        }
        ColumnWriter[] to = file.writers;
        to[13].write(Binary.fromReusedByteArray(record.key()), 0, 0);
        to[14].write(Binary.fromReusedByteArray(demand(op, "mesh_op")), 0, 0);
        to[15].write(Binary.fromReusedByteArray(demand(version, "mesh_version")), 0, 0);
        to[16].write(micros(demand(time, "ce_time")), 0, 0);
        byte[] digits = demand(transaction, "mesh_txid");
        to[17].write(digits(digits, 0, digits.length), 0, 1);
        to[18].write(record.partition(), 0, 0);
        to[19].write(record.offset(), 0, 0);
    }

    private static byte[] demand(byte @Nullable [] value, String name) {
        if (value == null) {
            throw new IllegalStateException("[bench] every record must have the header " + name);
        }
        return value;
    }

    /** Of {@code 2026-01-02T03:04:05.000006Z}, the one form that capture writes. */
    static long micros(byte[] text) {
        if (text.length != 27 || text[19] != '.') {
            throw new IllegalStateException(
                    "[bench] 'ce_time' must have microseconds but was " + new String(text, StandardCharsets.US_ASCII));
        }
        long days = days(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
        long seconds = ((days * 24 + digits(text, 11, 13)) * 60 + digits(text, 14, 16)) * 60 + digits(text, 17, 19);
        return seconds * 1_000_000 + digits(text, 20, 26);
    }

    /** Days since 1970-01-01 of a date of the Gregorian calendar; Howard Hinnant's days_from_civil. */
    private static long days(long year, long month, long day) {
        long y = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(y, 400);
        long ofEra = y - era * 400;
        long ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468;
    }

    private static long digits(byte[] text, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value * 10 + (text[i] - '0');
        }
        return value;
    }
}
