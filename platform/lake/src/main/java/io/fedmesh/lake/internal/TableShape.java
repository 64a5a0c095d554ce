package io.fedmesh.lake.internal;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Types;

/**
 * What a product's two tables look like: columns and properties, derived from its contract alone.
 *
 * <p>In {@code _history} every entity column is optional, because the row of a delete holds only the key, as
 * {@code mesh_key} and, where the key's text can be read back, in the key's own columns. {@code mesh_txid} is the source's
 * transaction number: with it {@code reconcile} decides exactly which changes a source snapshot sees. In {@code _latest}
 * a column is optional when the contract says so.
 */
final class TableShape {
    static final String KEY = "mesh_key";
    static final String OP = "mesh_op";
    static final String VERSION = "mesh_version";
    static final String COMMITTED_AT = "mesh_committed_at";
    static final String TXID = "mesh_txid";
    static final String PARTITION = "mesh_partition";
    static final String OFFSET = "mesh_offset";

    /** In the encodings of our files as small as the usual 3, for less work; 1 makes them larger. */
    private static final String ZSTD_LEVEL = "2";

    private TableShape() {}

    /** Columns of {@code _history} or {@code _latest}; ids follow the contract's schema. */
    static Schema columns(Contract contract, boolean latest) {
        IntSupplier ids = ids();
        List<Types.NestedField> fields = new ArrayList<>();
        for (Types.NestedField field : AvroTypes.fields(contract.schema(), ids)) {
            fields.add(latest ? field : field.asOptional());
        }
        if (latest) {
            fields.add(Types.NestedField.required(ids.getAsInt(), VERSION, Types.StringType.get()));
        } else {
            fields.add(Types.NestedField.required(ids.getAsInt(), KEY, Types.StringType.get()));
            fields.add(Types.NestedField.required(ids.getAsInt(), OP, Types.StringType.get()));
            fields.add(Types.NestedField.required(ids.getAsInt(), VERSION, Types.StringType.get()));
            fields.add(Types.NestedField.required(ids.getAsInt(), COMMITTED_AT, Types.TimestampType.withZone()));
            fields.add(Types.NestedField.optional(ids.getAsInt(), TXID, Types.LongType.get()));
            fields.add(Types.NestedField.required(ids.getAsInt(), PARTITION, Types.IntegerType.get()));
            fields.add(Types.NestedField.required(ids.getAsInt(), OFFSET, Types.LongType.get()));
        }
        return new Schema(fields);
    }

    /** Properties that a new table gets, its encryption key among them. */
    static Map<String, String> properties(Contract contract, boolean latest) {
        Map<String, String> properties = new HashMap<>();
        properties.put(TableProperties.FORMAT_VERSION, "3");
        properties.put(
                TableProperties.ENCRYPTION_TABLE_KEY, keyId(contract.name().domain()));
        properties.put(TableProperties.PARQUET_COMPRESSION, "zstd");
        properties.put(TableProperties.PARQUET_COMPRESSION_LEVEL, ZSTD_LEVEL);
        properties.put(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "10");
        properties.put(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true");
        properties.put(TableProperties.COMMIT_NUM_RETRIES, "4");
        properties.put("mesh.product", contract.name().toString());
        for (String column : withoutBounds(contract, latest)) {
            properties.put(TableProperties.METRICS_MODE_COLUMN_CONF_PREFIX + column, "none");
        }
        return properties;
    }

    /** The id of the key that wraps the keys of all tables of a domain. */
    static String keyId(String domain) {
        return "domain-" + domain;
    }

    /**
     * Columns whose bounds would tell a value: tagged, or confidential and above, or tokens, whose bounds serve nobody; the
     * key's text when one of these is in it.
     */
    private static Set<String> withoutBounds(Contract contract, boolean latest) {
        Set<String> columns = new HashSet<>(contract.tokenised());
        contract.fields().forEach((name, field) -> {
            if (!field.tags().isEmpty() || field.classification().compareTo(Classification.CONFIDENTIAL) >= 0) {
                columns.add(name);
            }
        });
        if (!latest && contract.keyFields().stream().anyMatch(columns::contains)) {
            columns.add(KEY);
        }
        return columns;
    }

    private static IntSupplier ids() {
        int[] last = {0};
        return () -> ++last[0];
    }
}
