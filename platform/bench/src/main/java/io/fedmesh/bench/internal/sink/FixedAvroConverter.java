package io.fedmesh.bench.internal.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;

/**
 * The peer's converter: framed Avro of an account to Connect's structure, written by hand for this one schema, without a
 * registry and without a record in between. It does less than any converter that one can buy, which flatters the peer.
 * Connect has no microseconds: a time becomes its milliseconds.
 */
public final class FixedAvroConverter implements Converter, Versioned {
    private static final int FRAME = 5;
    private static final Schema ACCOUNT = SchemaBuilder.struct()
            .name("io.fedmesh.bench.Account")
            .field("account_id", Schema.STRING_SCHEMA)
            .field("revision", Schema.INT64_SCHEMA)
            .field("region", Schema.STRING_SCHEMA)
            .field("status", Schema.STRING_SCHEMA)
            .field("holder_name", Schema.STRING_SCHEMA)
            .field("email", Schema.OPTIONAL_STRING_SCHEMA)
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .field("balance", Decimal.schema(2))
            .field("score", Schema.FLOAT64_SCHEMA)
            .field("active", Schema.BOOLEAN_SCHEMA)
            .field("updated_at", Timestamp.SCHEMA)
            .field("reviewed_at", Timestamp.builder().optional().build())
            .field("visits", Schema.INT64_SCHEMA)
            .build();
    private static final Field[] FIELDS = ACCOUNT.fields().toArray(new Field[0]);
    private static final List<Integer> OPTIONAL = List.of(5, 6, 11);

    private @Nullable BinaryDecoder decoder;
    private @Nullable ByteBuffer bytes;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {}

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        throw new UnsupportedOperationException("[bench] this converter reads only");
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte @Nullable [] value) {
        if (value == null) {
            return SchemaAndValue.NULL;
        }
        try {
            BinaryDecoder from = DecoderFactory.get().binaryDecoder(value, FRAME, value.length - FRAME, decoder);
            decoder = from;
            Struct account = new Struct(ACCOUNT);
            for (int i = 0; i < FIELDS.length; i++) {
                if (OPTIONAL.contains(i) && from.readIndex() == 0) {
                    continue;
                }
                account.put(FIELDS[i], read(from, i));
            }
            return new SchemaAndValue(ACCOUNT, account);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object read(BinaryDecoder from, int field) throws IOException {
        return switch (field) {
            case 1, 12 -> from.readLong();
            case 7 -> decimal(from);
            case 8 -> from.readDouble();
            case 9 -> from.readBoolean();
            case 10, 11 -> new Date(Math.floorDiv(from.readLong(), 1_000L));
            default -> from.readString();
        };
    }

    private BigDecimal decimal(BinaryDecoder from) throws IOException {
        ByteBuffer unscaled = from.readBytes(bytes);
        bytes = unscaled;
        return new BigDecimal(new BigInteger(unscaled.array(), 0, unscaled.remaining()), 2);
    }
}
