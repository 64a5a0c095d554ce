package io.fedmesh.app.internal.process;

import io.fedmesh.contract.failpoint.Charge;
import io.fedmesh.contract.failpoint.Failpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a fault campaign arm the failpoints of this process: {@value #FILE} names a file of charges that is read again and
 * again, each strike is noted in the file beside it with {@code .struck} at its end.
 *
 * <p>A production process cannot be armed by accident: beside the file {@value #ENABLED} must be {@code true}, and the
 * brokers must be on this machine.
 */
public final class FailpointOrders {
    /** Names the file of charges; without it nothing can be armed. */
    public static final String FILE = "fedmesh.failpoints";

    /** Must be {@code true} for the file to count. */
    public static final String ENABLED = "fedmesh.failpoints.enabled";

    private static final Logger LOG = LoggerFactory.getLogger(FailpointOrders.class);
    private static final long LOOK_MS = 50;

    private final Path file;
    private String read = "";

    private FailpointOrders(Path file) {
        this.file = file;
    }

    /**
     * Follows the file for as long as the process lives; does nothing where none is named.
     *
     * @param bootstrap the brokers of the process
     * @throws IllegalStateException when a file is named but failpoints must not be armed here
     */
    public static void follow(Properties properties, String bootstrap) {
        String named = properties.getProperty(FILE);
        if (named == null) {
            return;
        }
        if (!"true".equals(properties.getProperty(ENABLED))) {
            throw new IllegalStateException(
                    "[" + FILE + "] '" + ENABLED + "' must be true where failpoints are named but is not");
        }
        for (String address : bootstrap.split(",", -1)) {
            if (!address.strip().matches("(127\\.0\\.0\\.1|localhost):[0-9]+")) {
                throw new IllegalStateException("[" + FILE
                        + "] brokers must be on this machine where failpoints are named but were " + address);
            }
        }
        LOG.atWarn().addKeyValue("file", named).log("failpoints of this process can be armed");
        FailpointOrders orders = new FailpointOrders(Path.of(named));
        orders.look();
        Thread thread = new Thread(orders::run, "failpoints");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            text = "";
        } catch (IOException e) {
            throw new UncheckedIOException("[" + file + "] must be readable but was not", e);
        }
        if (!text.equals(read)) {
            read = text;
            // After '#' stands what makes two orders of the same charges two.
            List<Charge> charges = Charge.parse(text.replaceAll("#.*", ""));
            Failpoint.arm(charges, this::struck);
            LOG.atWarn().addKeyValue("charges", charges).log("failpoints armed");
        }
    }

    private void struck(String what) {
        LOG.atWarn().addKeyValue("failpoint", what).log("failpoint strikes");
        try {
            Files.writeString(
                    file.resolveSibling(file.getFileName() + ".struck"),
                    what + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("[" + file + "] its folder must be writable but was not", e);
        }
    }
}
