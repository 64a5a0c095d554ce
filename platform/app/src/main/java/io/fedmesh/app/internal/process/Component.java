package io.fedmesh.app.internal.process;

import java.util.List;
import java.util.Map;

/**
 * One part of a process that runs long: a capture, a topology, the sink. {@link #start} and {@link #close} are called
 * once each, from different threads perhaps; the rest is thread-safe and never blocks.
 */
public interface Component extends AutoCloseable {
    /** {@code <domain>.<component>}, for example {@code orders.cdc}. */
    String name();

    /**
     * Starts and returns, or throws.
     *
     * @throws InterruptedException when the process ends before the start is done
     */
    void start() throws Exception;

    /** How it is now. */
    Health health();

    /** Figures for {@code /metrics}; names begin with {@code mesh_}, no value of a record is among them. */
    List<Metric> metrics();

    /** Facts for {@code /status}: JSON values by name, no value of a record among them. */
    Map<String, Object> details();

    /** Ends in order and waits; does nothing the second time. */
    @Override
    void close();
}
