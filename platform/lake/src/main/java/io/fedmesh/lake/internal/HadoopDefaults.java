package io.fedmesh.lake.internal;

import java.net.URL;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg makes a Hadoop configuration for each Parquet file that is written, and each reads all of Hadoop's own defaults, a
 * long XML file in which no writer of Parquet finds anything: a twenty-fifth of what upkeep of small tables does. A
 * configuration that is made here does not find that file. Settings of a {@code core-site.xml} are found as usual.
 */
final class HadoopDefaults {
    private static final String FILE = "core-default.xml";
    private static final ClassLoader HIDING = new Hiding(HadoopDefaults.class.getClassLoader());

    private HadoopDefaults() {}

    private static final class Hiding extends ClassLoader {
        private Hiding(ClassLoader parent) {
            super(parent);
        }

        @Override
        public @Nullable URL getResource(String name) {
            return name.equals(FILE) ? null : super.getResource(name);
        }
    }

    /** What the supplier makes, on this thread. */
    static <T> T unread(Supplier<T> made) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(HIDING); // which a configuration keeps
        try {
            return made.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
