package io.fedmesh.cdc.internal;

import io.debezium.config.CommonConnectorConfig;
import io.debezium.connector.SourceInfoStructMaker;
import io.debezium.connector.postgresql.SourceInfo;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Debezium's {@code source} block without content: capture reads the offset of each record, and filling the block (JSON
 * for its sequence, texts for its metrics) costs more than decoding the row. Made by Debezium by its class name.
 */
public final class SlimSourceInfo implements SourceInfoStructMaker<SourceInfo> {
    private static final Schema SCHEMA = SchemaBuilder.struct()
            .name("io.debezium.connector.postgresql.Source")
            .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
            .field("snapshot", Schema.OPTIONAL_STRING_SCHEMA)
            .field("txId", Schema.OPTIONAL_INT64_SCHEMA)
            .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
            .field("xmin", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    @Override
    public void init(String connector, String version, CommonConnectorConfig config) {}

    @Override
    public Schema schema() {
        return SCHEMA;
    }

    @Override
    public Struct struct(SourceInfo info) {
        return new Struct(SCHEMA);
    }
}
