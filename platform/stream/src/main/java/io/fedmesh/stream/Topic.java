package io.fedmesh.stream;

import io.fedmesh.stream.internal.UnchangedFilter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/**
 * A product's topic with the types of its keys and values, made from its contract.
 *
 * @param name the topic's name on the broker
 * @param keys the key's text
 * @param values the product's record
 */
public record Topic<V extends SpecificRecord>(String name, Serde<String> keys, Serde<V> values) {
    /** How to read it. */
    public Consumed<String, V> consumed(String processorName) {
        return Consumed.with(keys, values).withName(processorName);
    }

    /**
     * Publishes a table: every change of a key, and none that leaves it as it was published last. Adds processors of the
     * names {@code <processorName>-changes} and {@code <processorName>-unchanged}, and a sink of the name itself.
     */
    public void publish(KTable<String, V> table, String processorName) {
        table.toStream(Named.as(processorName + "-changes"))
                .processValues(UnchangedFilter::new, Named.as(processorName + "-unchanged"))
                .to(name, produced(processorName));
    }

    /** How to write it. */
    public Produced<String, V> produced(String processorName) {
        return Produced.with(keys, values).withName(processorName);
    }
}
