package io.fedmesh.stream;

import io.fedmesh.contract.Contract;
import io.fedmesh.stream.internal.InputSerdes;
import io.fedmesh.stream.internal.OutputSerdes;
import io.fedmesh.stream.internal.StoredSerde;
import io.fedmesh.wire.EventCodec;
import io.fedmesh.wire.SchemaRegistry;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What a topology may read and write, by the generated class of the product: nobody spells a topic's name, and an input
 * that the contract does not name cannot be had. Thread-safe: immutable.
 */
public final class Topics {
    private final Contract product;
    private final List<Contract> inputs;
    private final SchemaRegistry registry;

    /**
     * The topics of one derived product.
     *
     * @param inputs the contracts that the product's contract names as inputs
     */
    public Topics(Contract product, List<Contract> inputs, SchemaRegistry registry) {
        this.product = product;
        this.inputs = List.copyOf(inputs);
        this.registry = registry;
    }

    /**
     * The input whose records are of this class.
     *
     * @throws IllegalArgumentException when the contract names no such input, or the class was generated from another
     *     schema than the input's contract has
     */
    public <V extends SpecificRecord> Topic<V> input(Class<V> type) {
        Schema schema = SpecificData.getForClass(type).getSchema(type);
        Contract contract = inputs.stream()
                .filter(input -> input.schema().getFullName().equals(schema.getFullName()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("[" + product.file()
                        + "] 'inputs' must name the product of " + schema.getFullName() + " but does not"));
        demandSchema(contract, schema);
        return new Topic<>(
                contract.topic().toString(), InputSerdes.keys(contract), InputSerdes.values(contract, registry, type));
    }

    /**
     * The product's own topic.
     *
     * @throws IllegalArgumentException when the class was generated from another schema than the contract has
     */
    public <V extends SpecificRecord> Topic<V> output(Class<V> type) {
        demandSchema(product, SpecificData.getForClass(type).getSchema(type));
        return new Topic<>(product.topic().toString(), OutputSerdes.keys(), OutputSerdes.values(product, registry));
    }

    /** A named store of records by key. Its changelog needs no registry. */
    public <V extends SpecificRecord> Materialized<String, V, KeyValueStore<Bytes, byte[]>> store(
            String name, Class<V> type) {
        return Materialized.<String, V, KeyValueStore<Bytes, byte[]>>as(name)
                .withKeySerde(Serdes.String())
                .withValueSerde(stored(type))
                .withCachingDisabled();
    }

    /** A named repartition by a new key. Its topic needs no registry. */
    public <V extends SpecificRecord> Grouped<String, V> grouped(String name, Class<V> type) {
        return Grouped.with(name, Serdes.String(), stored(type));
    }

    private static <V extends SpecificRecord> Serde<V> stored(Class<V> type) {
        return StoredSerde.of(type);
    }

    private static void demandSchema(Contract contract, Schema generated) {
        if (!EventCodec.isSameSchema(contract.schema(), generated)) {
            throw new IllegalArgumentException("[" + contract.file() + "] the class of " + generated.getFullName()
                    + " must be generated from the contract's schema but is not");
        }
    }
}
