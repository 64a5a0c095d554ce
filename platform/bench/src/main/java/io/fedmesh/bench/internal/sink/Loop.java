package io.fedmesh.bench.internal.sink;

import java.io.IOException;
import org.apache.iceberg.DataFile;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a hand-written sink does with each record; one file, one commit. For one thread. */
interface Loop {
    void take(ConsumerRecord<byte[], byte[]> record) throws IOException;

    /** Closes the file. */
    DataFile close() throws IOException;
}
