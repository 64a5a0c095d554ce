package io.fedmesh.app.internal.config;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** The checks of single settings; each refuses with {@link IllegalArgumentException} that says what must hold. */
final class Rules {
    private static final Pattern HOST_PORTS =
            Pattern.compile("[A-Za-z0-9._-]{1,253}:[0-9]{1,5}(,[A-Za-z0-9._-]{1,253}:[0-9]{1,5}){0,31}");
    private static final Pattern SECRET_NAME =
            Pattern.compile(".*(password|secret|jaas|keystore\\.key|token|credential).*", Pattern.CASE_INSENSITIVE);
    /** Names that match the pattern above and hold no secret. */
    private static final Pattern OPEN_NAME = Pattern.compile(
            "sasl\\.(login|client)\\.callback\\.handler\\.class|sslpasswordcallback|.*\\.token\\.endpoint\\.url");

    private Rules() {}

    static void filled(String name, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("'" + name + "' must not be blank but was");
        }
    }

    static void port(String name, int port, int least) {
        if (port < least || port > 65_535) {
            throw new IllegalArgumentException("'" + name + "' must be " + least + " to 65535 but was " + port);
        }
    }

    static void hostPorts(String name, String text) {
        if (!HOST_PORTS.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + name + "' must be a list host:port,... but was '" + text + "'");
        }
    }

    static void http(String name, URI uri) {
        boolean valid = ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                && uri.getHost() != null
                && uri.getUserInfo() == null;
        if (!valid) {
            throw new IllegalArgumentException(
                    "'" + name + "' must be http(s)://host[:port]/... without user and password but was not");
        }
    }

    static void scheme(String name, URI uri, String scheme) {
        if (!scheme.equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("'" + name + "' must be " + scheme + "://... but was '" + uri + "'");
        }
    }

    static void between(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("'" + name + "' must be " + least + " to " + most + " but was " + value);
        }
    }

    /** A property whose name says that it holds a secret must be a reference; the message does not show its value. */
    static void noSecretInTheOpen(String where, Map<String, Setting> properties) {
        properties.forEach((name, value) -> {
            if (value instanceof Setting.Text
                    && SECRET_NAME.matcher(name).matches()
                    && !OPEN_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "'" + where + "." + name + "' must be {file: path} or {env: NAME} but was written in the open");
            }
        });
    }
}
