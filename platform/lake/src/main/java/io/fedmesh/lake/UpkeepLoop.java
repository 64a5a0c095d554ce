package io.fedmesh.lake;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.lake.internal.ProductUpkeep;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upkeep of every product, round after round on one thread, until it is closed. A product is looked at again soon after a
 * round that changed something, and ever later while there is nothing to do. One product's trouble never stops another's: an
 * outage is tried again in the next round, and so is a refusal, which an operator must end.
 */
public final class UpkeepLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UpkeepLoop.class);
    private static final Duration ORPHANS_EVERY = Duration.ofDays(1);
    /** The first look for orphans waits, so that processes that crash and start anew do not list the bucket each time. */
    private static final Duration FIRST_ORPHANS_AFTER = Duration.ofHours(1);

    /** The longest time between two rounds of a product, in intervals. */
    private static final int MAX_INTERVALS = 12;

    private static final Duration MAX_CLOSE = Duration.ofSeconds(15);

    private final List<Contract> products;
    private final Duration interval;
    private final Clock clock;
    private final Upkeep upkeep;
    private final Map<ProductName, Rest> rests = new HashMap<>();
    private final Map<ProductName, UpkeepStatus> status = new ConcurrentHashMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "upkeep");
    private Instant orphansDue;

    private UpkeepLoop(
            Lakehouse lakehouse, List<Contract> products, Duration interval, Clock clock, SecureRandom random) {
        this.products = List.copyOf(products);
        this.interval = interval;
        this.clock = clock;
        this.upkeep = new Upkeep(lakehouse, clock, random, millis -> pause(millis));
        this.orphansDue = clock.instant().plus(FIRST_ORPHANS_AFTER);
        products.forEach(contract -> status.put(contract.name(), UpkeepStatus.none(contract.name())));
    }

    /**
     * Starts the thread.
     *
     * @param lakehouse stays open until the loop is closed
     * @param interval from the end of a product's round that changed something to the beginning of its next; where nothing
     *     changes it doubles, up to twelve times as long
     */
    public static UpkeepLoop start(
            Lakehouse lakehouse, List<Contract> products, Duration interval, Clock clock, SecureRandom random) {
        UpkeepLoop loop = new UpkeepLoop(lakehouse, products, interval, clock, random);
        loop.thread.start();
        return loop;
    }

    /** In the order of the products. */
    public List<UpkeepStatus> status() {
        return products.stream()
                .map(contract -> Objects.requireNonNull(status.get(contract.name())))
                .toList();
    }

    /** Ends after the table at work, or in the middle of it when that takes long: what was not committed is done anew. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(MAX_CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            thread.interrupt();
        }
    }

    private void run() {
        while (!pause(interval.toMillis())) {
            boolean areOrphansDue = !clock.instant().isBefore(orphansDue);
            for (Contract contract : products) {
                if (stop.getCount() == 0) {
                    return;
                }
                Rest rest = rests.computeIfAbsent(contract.name(), name -> new Rest());
                if (areOrphansDue || rest.isOver()) {
                    rest.begin(round(contract, areOrphansDue));
                }
            }
            if (areOrphansDue) {
                orphansDue = clock.instant().plus(ORPHANS_EVERY);
            }
        }
    }

    /** Tells whether it changed anything. */
    private boolean round(Contract contract, boolean areOrphansDue) {
        ProductName name = contract.name();
        boolean isAnyChange = false;
        try {
            for (UpkeepReport report : upkeep.round(contract)) {
                status.computeIfPresent(name, (product, before) -> before.after(report));
                if (report.isAnyChange()) {
                    isAnyChange = true;
                    LOG.atInfo()
                            .addKeyValue("table", report.table())
                            .addKeyValue("filesBefore", report.filesBefore())
                            .addKeyValue("filesAfter", report.filesAfter())
                            .addKeyValue("snapshotsExpired", report.snapshotsExpired())
                            .log("the table was kept");
                }
            }
            int orphans = areOrphansDue ? upkeep.deleteOrphans(contract) : 0;
            status.computeIfPresent(name, (product, before) -> before.ended(clock.instant(), orphans));
        } catch (NoSuchTableException e) {
            LOG.atDebug().addKeyValue("product", name).log("the product's tables are not made yet");
        } catch (RuntimeException e) {
            String why = ProductUpkeep.tell(e);
            status.computeIfPresent(name, (product, before) -> before.failed(why, !ProductUpkeep.isOutage(e)));
            LOG.atWarn().addKeyValue("product", name).log("upkeep leaves the product until the next round: {}", why);
            LOG.debug("the failure in full", e);
        }
        return isAnyChange;
    }

    /** How many of the loop's turns a product is left alone. */
    static final class Rest {
        private int intervals = 1;
        private int left;

        boolean isOver() {
            return --left < 0;
        }

        void begin(boolean isAnyChange) {
            intervals = isAnyChange ? 1 : Math.min(2 * intervals, MAX_INTERVALS);
            left = intervals - 1;
        }
    }

    /** Waits; true when it is over. */
    private boolean pause(long millis) {
        try {
            return stop.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
