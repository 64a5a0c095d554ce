package io.fedmesh.bench.internal.cdc;

import io.fedmesh.bench.internal.measure.Child;
import io.fedmesh.bench.internal.measure.Report;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Watches a counter in a child and tells the rate and the processor time of its steady part. */
final class Pace {
    /** Of the events, at the beginning: the compiler is at work. */
    private static final double WARM_UP = 0.4;

    private Pace() {}

    /** Waits until so many events are counted, and tells {@code {"events","seconds","cpuSeconds"}} of the steady part. */
    static void tell(long events, LongSupplier counter) throws InterruptedException {
        long begin = await((long) (events * WARM_UP), counter);
        long nanos = System.nanoTime();
        double cpu = Child.cpuSeconds();
        long end = await(events, counter);
        double seconds = (System.nanoTime() - nanos) / 1e9;
        Child.tell(
                Report.json(Map.of("events", end - begin, "seconds", seconds, "cpuSeconds", Child.cpuSeconds() - cpu)));
    }

    private static long await(long events, LongSupplier counter) throws InterruptedException {
        while (true) {
            long now = counter.getAsLong();
            if (now >= events) {
                return now;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
