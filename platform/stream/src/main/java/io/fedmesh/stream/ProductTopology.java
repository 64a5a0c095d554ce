package io.fedmesh.stream;

import org.apache.kafka.streams.StreamsBuilder;

/**
 * One derived product's computation in the plain Kafka Streams DSL. Every processor, store and repartition is named:
 * their names are part of the application's state. Stateless; built once for every run.
 *
 * <p>A record that the code refuses for good is a {@code BadRecordException} of reason {@code PROCESSING}: it goes to the
 * product's rejected topic. Refuse before the first table: an adder or subtractor that throws leaves a sum half changed.
 * Any other exception stops the process.
 */
public interface ProductTopology {
    /** The topology's name, as the contract's {@code topology} says. */
    String name();

    /**
     * Adds the topology to the builder.
     *
     * @param topics the products that the contract names as inputs, and the product itself
     */
    void build(StreamsBuilder builder, Topics topics);
}
