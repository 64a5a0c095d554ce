package io.fedmesh.local;

import io.fedmesh.local.internal.Certificates;
import io.fedmesh.local.internal.Child;
import io.fedmesh.local.internal.Home;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * The users of a mesh's broker on this machine, whichever process started it; the mesh's folder keeps their passwords. Safe for
 * use by several threads of one process.
 */
public final class LocalUsers {
    /** The least that Kafka takes: they protect what people make up, and these secrets are random. Each connection pays. */
    private static final int SCRAM_ITERATIONS = 4096;

    private static final Duration REQUEST_TIME = Duration.ofSeconds(30);

    private final Home home;
    private final Supplier<Admin> operator;

    LocalUsers(Home home, Supplier<Admin> operator) {
        this.home = home;
        this.operator = operator;
    }

    /**
     * Of a broker that runs.
     *
     * @param folder the mesh's
     * @param operator client of the broker's operator; stays the caller's to close
     */
    public static LocalUsers of(Path folder, Admin operator) {
        return new LocalUsers(Home.open(folder, new SecureRandom()), () -> operator);
    }

    /**
     * Makes a user with a random password, or leaves it as it is. It may do nothing until ACLs allow it.
     *
     * @throws IllegalStateException if the broker does not answer
     */
    public synchronized void add(String name) {
        boolean isPasswordKnown = home.hasSecret(secretId(name));
        if (isPasswordKnown && exists(name)) {
            return;
        }
        await(operator.get()
                .alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        name,
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS),
                        home.secret(secretId(name)))))
                .all());
        if (!Child.until(REQUEST_TIME, () -> exists(name))) {
            throw new IllegalStateException("[local] kafka must know principal " + name + " but did not");
        }
    }

    /**
     * Client properties by which a user reaches the broker: protocol, trust, name and password. They hold a secret: never
     * print them.
     *
     * @param name of the operator, or given to {@link #add}
     */
    public Map<String, String> security(String name) {
        return Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "SCRAM-SHA-512",
                "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + name
                                + "\" password=\"" + home.secret(secretId(name)) + "\";",
                "ssl.protocol", "TLSv1.3",
                "ssl.enabled.protocols", "TLSv1.3",
                "ssl.endpoint.identification.algorithm", "https",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", Certificates.trust(home).toString());
    }

    static String secretId(String name) {
        return "kafka." + name;
    }

    private boolean exists(String name) {
        return await(operator.get().describeUserScramCredentials().users()).contains(name);
    }

    private static <T> T await(org.apache.kafka.common.KafkaFuture<T> future) {
        try {
            return future.get(REQUEST_TIME.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("[local] waiting for kafka must not be interrupted but was", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("[local] kafka must answer its operator but did not", e);
        }
    }
}
