package io.fedmesh.app.internal.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where a secret lies. The reference may be printed and logged, the secret itself is read late and never kept. */
public sealed interface Secret extends Setting {
    /** More than any key, certificate chain or JAAS line needs. */
    int MAX_BYTES = 64 * 1024;

    /** A file that holds the secret and nothing else; one line break at its end does not count. */
    record InFile(Path file) implements Secret {
        @Override
        public String reveal(Map<String, String> environment) {
            try {
                if (Files.size(file) > MAX_BYTES) {
                    throw new IllegalStateException(
                            "[" + file + "] a secret must have at most " + MAX_BYTES + " bytes but has more");
                }
                String text = Files.readString(file);
                if (text.endsWith("\n")) {
                    text = text.substring(0, text.length() - 1);
                }
                if (text.isEmpty()) {
                    throw new IllegalStateException("[" + file + "] a secret must not be empty but was");
                }
                return text;
            } catch (IOException e) {
                throw new IllegalStateException(
                        "[" + file + "] the secret must be readable but was not: "
                                + e.getClass().getSimpleName(),
                        e);
            }
        }

        @Override
        public String toString() {
            return "{file: " + file + "}";
        }
    }

    /** A variable of the process's environment. */
    record InEnvironment(String variable) implements Secret {
        @Override
        public String reveal(Map<String, String> environment) {
            String value = environment.get(variable);
            if (value == null || value.isEmpty()) {
                throw new IllegalStateException("[environment] '" + variable + "' must hold a secret but is "
                        + (value == null ? "not set" : "empty"));
            }
            return value;
        }

        @Override
        public String toString() {
            return "{env: " + variable + "}";
        }
    }
}
