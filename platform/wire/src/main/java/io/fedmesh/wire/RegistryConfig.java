package io.fedmesh.wire;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a server of Confluent's registry API.
 *
 * @param urls base URLs, each as good as the others; {@code http} or {@code https}, without query; not empty
 * @param user for basic authentication, or null
 * @param tls trust (and key) for {@code https}, or null for the JVM's own
 * @param limits how long and how often to try
 */
public record RegistryConfig(
        List<URI> urls, @Nullable User user, @Nullable SSLContext tls, Limits limits) {

    /** A user of basic authentication; {@link #toString()} does not show the password. */
    public record User(String name, String password) {
        @Override
        public String toString() {
            return "User[name=" + name + ", password=***]";
        }
    }

    /**
     * What bounds one question.
     *
     * @param connectTimeout for one connection
     * @param requestTimeout for one attempt, its whole answer included
     * @param attempts 1 or more, over all base URLs together
     * @param firstPause before the second attempt; doubled for each further one, and shortened by up to a half at random
     * @param longestPause the bound of the doubling
     * @param negativeTtl how long "there is no such schema" is believed
     */
    public record Limits(
            Duration connectTimeout,
            Duration requestTimeout,
            int attempts,
            Duration firstPause,
            Duration longestPause,
            Duration negativeTtl) {
        /** 2 s to connect, 5 s for an answer, 5 attempts, pauses of 0.1 s to 2 s, negative answers believed for 5 s. */
        public static final Limits DEFAULT = new Limits(
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                5,
                Duration.ofMillis(100),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5));

        public Limits {
            if (attempts < 1) {
                throw new IllegalArgumentException("'attempts' must be 1 or more but was " + attempts);
            }
            positive("connectTimeout", connectTimeout);
            positive("requestTimeout", requestTimeout);
            positive("firstPause", firstPause);
            positive("longestPause", longestPause);
            positive("negativeTtl", negativeTtl);
        }

        private static void positive(String name, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException("'" + name + "' must be positive but was " + duration);
            }
        }
    }

    public RegistryConfig {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("'urls' must name a registry but was empty");
        }
        for (URI url : urls) {
            boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (!isHttp || url.getHost() == null || url.getRawQuery() != null || url.getRawUserInfo() != null) {
                throw new IllegalArgumentException(
                        "a registry's URL must be http or https with a host and without user or query but was '"
                                + url.getScheme() + "://" + url.getHost() + "'");
            }
        }
    }

    /** One registry without authentication, with the usual limits. */
    public static RegistryConfig of(URI url) {
        return new RegistryConfig(List.of(url), null, null, Limits.DEFAULT);
    }
}
