package io.fedmesh.stream;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.kstream.Consumed;
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

    /** How to write it. */
    public Produced<String, V> produced(String processorName) {
        return Produced.with(keys, values).withName(processorName);
    }
}
