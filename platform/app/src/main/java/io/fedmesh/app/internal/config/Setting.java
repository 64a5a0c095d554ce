package io.fedmesh.app.internal.config;

import java.util.Map;

/** The value of a free property: text in the open, or a reference to a secret. */
public sealed interface Setting permits Setting.Text, Secret {
    /**
     * The value itself.
     *
     * @param environment the process's environment
     * @throws IllegalStateException when a secret cannot be read; the message holds its reference only
     */
    String reveal(Map<String, String> environment);

    /** Text that anybody may read. */
    record Text(String value) implements Setting {
        @Override
        public String reveal(Map<String, String> environment) {
            return value;
        }

        @Override
        public String toString() {
            return value;
        }
    }
}
