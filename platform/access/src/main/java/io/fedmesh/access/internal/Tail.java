package io.fedmesh.access.internal;

import io.fedmesh.access.FreshTables;
import io.fedmesh.access.QueryRefusedException;
import io.fedmesh.contract.Contract;
import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.EventReader;
import io.fedmesh.wire.RegistryUnavailableException;
import io.fedmesh.wire.SchemaRegistry;
import io.fedmesh.wire.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The newest state of each entity that a topic's tail speaks of, as a row of the table. One thread. */
public final class Tail {
    private static final String VERSION = "mesh_version";

    /**
     * An entity's state.
     *
     * @param row null when it is gone
     */
    record State(Version version, @Nullable Record row, long bytes) {}

    private final Contract contract;
    private final Schema table;
    private final EventReader reader;
    private final Tokenising tokenising;
    private final FreshTables.Limits limits;
    private final Map<String, State> states = new LinkedHashMap<>();
    private long bytes;

    public Tail(
            Contract contract,
            Schema table,
            SchemaRegistry registry,
            Tokenising tokenising,
            FreshTables.Limits limits) {
        this.contract = contract;
        this.table = table;
        this.reader = new EventReader(contract, registry);
        this.tokenising = tokenising;
        this.limits = limits;
    }

    /** Takes the next record of its partition; one that the sink would refuse changes nothing. */
    public void take(ConsumerRecord<byte[], byte[]> record) {
        EventReader.Event event;
        try {
            event = reader.read(record.key(), record.value(), record.headers());
        } catch (BadRecordException e) {
            return;
        } catch (RegistryUnavailableException e) {
            throw new QueryRefusedException(
                    "[" + contract.topic() + "] schemas must be known to read it but the registry"
                            + " cannot be asked: ask without --fresh",
                    e);
        }
        Version version = event.version() == null ? Version.ofOffset(record.offset()) : event.version();
        State known = states.get(event.key());
        if (known != null && known.version().compareTo(version) >= 0) {
            return;
        }
        long size = event.key().length() + (record.value() == null ? 0 : record.value().length);
        states.put(event.key(), new State(version, event.value() == null ? null : row(event, version), size));
        bytes += size - (known == null ? 0 : known.bytes());
        if (states.size() > limits.maxKeys() || bytes > limits.maxBytes()) {
            throw new QueryRefusedException("[" + contract.topic() + "] must have at most " + limits.maxKeys()
                    + " entities and " + limits.maxBytes()
                    + " bytes behind the table to be read fresh but has more: wait"
                    + " for the sink, or ask without --fresh");
        }
    }

    Map<String, State> states() {
        return states;
    }

    private Record row(EventReader.Event event, Version version) {
        org.apache.avro.generic.GenericRecord value = java.util.Objects.requireNonNull(event.value());
        Record row = GenericRecord.create(table);
        for (Types.NestedField column : table.columns()) {
            if (column.name().equals(VERSION)) {
                row.setField(VERSION, version.hex());
            } else if (value.hasField(column.name())) {
                Object plain = AvroToRow.value(column.type(), value.get(column.name()));
                row.setField(column.name(), tokenising.value(column.name(), plain));
            }
        }
        return row;
    }
}
