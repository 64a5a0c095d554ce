package io.fedmesh.local.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** How the JVMs of a mesh on this machine find their archive of classes, in the folder of its parts. */
public final class JvmStart {
    /** Names a folder in which every child JVM lists what it loads: the source of {@code classes.lst.gz}. */
    public static final String RECORD = "fedmesh.classes";

    private static final Set<String> ASKED = ConcurrentHashMap.newKeySet();
    private static final Executor MAKER = Executors.newSingleThreadExecutor(JvmStart::daemon);

    private JvmStart() {}

    /** Options for a class path whose libraries come first; makes the archive aside where it is absent. */
    public static List<String> options(String classPath) {
        List<String> options = new ArrayList<>();
        String record = System.getProperty(RECORD);
        if (record != null) {
            options.add("-XX:DumpLoadedClassList=" + Path.of(record, "%p.lst"));
        }
        Optional<ClassArchives> archives = Parts.folder().map(JvmStart::below).map(ClassArchives::ofThis);
        if (archives.isPresent()) {
            Optional<Path> archive = archives.get().find(classPath);
            archive.ifPresent(file -> options.addAll(use(file)));
            if (archive.isEmpty()) {
                makeAside(archives.get(), classPath);
            }
        }
        return options;
    }

    public static String librariesFirst(String classPath) {
        return ClassArchives.librariesFirst(classPath);
    }

    /** Makes it now; empty where it cannot be made. */
    public static Optional<List<String>> make(String classPath) {
        return Parts.folder().flatMap(parts -> makeIn(below(parts), classPath));
    }

    /** The same in a folder of its own. */
    public static Optional<List<String>> makeIn(Path folder, String classPath) {
        return ClassArchives.ofThis(folder).make(classPath).map(JvmStart::use);
    }

    /** The JVM says nothing about an archive that it passes over. */
    static List<String> use(Path archive) {
        return List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive.toAbsolutePath(), "-Xlog:cds*=off");
    }

    private static Path below(Path parts) {
        return parts.resolve("archives");
    }

    /** One after the other, each class path once in the life of this JVM. */
    private static void makeAside(ClassArchives archives, String classPath) {
        if (ASKED.add(classPath)) {
            MAKER.execute(() -> archives.make(classPath));
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "class-archive");
        thread.setDaemon(true);
        return thread;
    }
}
