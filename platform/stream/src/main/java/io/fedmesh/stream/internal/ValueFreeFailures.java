package io.fedmesh.stream.internal;

import io.fedmesh.wire.BadRecordException;
import io.fedmesh.wire.RegistryUnavailableException;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.ProcessorWrapper;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.WrappedFixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.WrappedProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Kafka Streams logs what a topology's code throws, message and all, and such a message may hold a record. Around every
 * processor, what is not known to be free of values becomes an exception that tells class and place only.
 */
public final class ValueFreeFailures implements ProcessorWrapper {

    /** The topology's code failed: a bug. It has the stack of what was thrown, and neither its message nor its causes. */
    static final class TopologyBugException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TopologyBugException(String processor, RuntimeException thrown) {
            super("[stream] the processor '" + processor + "' must not fail but threw "
                    + thrown.getClass().getName());
            setStackTrace(thrown.getStackTrace());
        }
    }

    @Override
    public <K, V, L, W> WrappedProcessorSupplier<K, V, L, W> wrapProcessorSupplier(
            String name, ProcessorSupplier<K, V, L, W> supplier) {
        return new WrappedProcessorSupplier<>() {
            @Override
            public Processor<K, V, L, W> get() {
                return new Guarded<>(name, supplier.get());
            }

            @Override
            public @Nullable Set<StoreBuilder<?>> stores() {
                return supplier.stores();
            }
        };
    }

    @Override
    public <K, V, W> WrappedFixedKeyProcessorSupplier<K, V, W> wrapFixedKeyProcessorSupplier(
            String name, FixedKeyProcessorSupplier<K, V, W> supplier) {
        return new WrappedFixedKeyProcessorSupplier<>() {
            @Override
            public FixedKeyProcessor<K, V, W> get() {
                return new GuardedFixedKey<>(name, supplier.get());
            }

            @Override
            public @Nullable Set<StoreBuilder<?>> stores() {
                return supplier.stores();
            }
        };
    }

    /** Kafka's exceptions and ours, whose messages begin with [where], hold no value. */
    private static RuntimeException valueFree(String processor, RuntimeException thrown) {
        boolean isValueFree = thrown instanceof KafkaException
                || thrown instanceof BadRecordException
                || thrown instanceof RegistryUnavailableException
                || thrown instanceof TopologyBugException
                || String.valueOf(thrown.getMessage()).startsWith("[");
        return isValueFree ? thrown : new TopologyBugException(processor, thrown);
    }

    private record Guarded<K, V, L, W>(String name, Processor<K, V, L, W> inner) implements Processor<K, V, L, W> {
        @Override
        public void init(ProcessorContext<L, W> context) {
            inner.init(context);
        }

        @Override
        public void process(Record<K, V> record) {
            try {
                inner.process(record);
            } catch (RuntimeException e) {
                throw valueFree(name, e);
            }
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private record GuardedFixedKey<K, V, W>(String name, FixedKeyProcessor<K, V, W> inner)
            implements FixedKeyProcessor<K, V, W> {
        @Override
        public void init(FixedKeyProcessorContext<K, W> context) {
            inner.init(context);
        }

        @Override
        public void process(FixedKeyRecord<K, V> record) {
            try {
                inner.process(record);
            } catch (RuntimeException e) {
                throw valueFree(name, e);
            }
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
