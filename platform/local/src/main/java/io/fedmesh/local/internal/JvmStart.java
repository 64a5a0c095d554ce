package io.fedmesh.local.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How the JVMs of a mesh on this machine find their archive of classes, in the folder of its parts. */
public final class JvmStart {
    /** Names a folder in which every child JVM lists what it loads: the source of {@code classes.lst.gz}. */
    public static final String RECORD = "fedmesh.classes";

    /** {@code true} in a JVM that makes an archive that is absent before it starts a child. */
    public static final String MAKE = "fedmesh.archives.make";

    private JvmStart() {}

    /** Options for a class path whose libraries come first. */
    public static List<String> options(String classPath) {
        List<String> options = new ArrayList<>();
        String record = System.getProperty(RECORD);
        if (record != null) {
            options.add("-XX:DumpLoadedClassList=" + Path.of(record, "%p.lst"));
        }
        Optional<Path> archive = Parts.folder()
                .map(parts -> ClassArchives.ofThis(below(parts)))
                .flatMap(archives -> Boolean.getBoolean(MAKE) ? archives.make(classPath) : archives.find(classPath));
        archive.ifPresent(file -> options.addAll(useHere(file)));
        return options;
    }

    public static String librariesFirst(String classPath) {
        return ClassArchives.librariesFirst(classPath);
    }

    /** Makes it for the local mesh; empty where it cannot be made. */
    public static Optional<List<String>> make(String classPath) {
        return Parts.folder()
                .flatMap(parts -> ClassArchives.ofThis(below(parts)).make(classPath))
                .map(JvmStart::useHere);
    }

    /** The same in a folder of its own, for processes that are not of a local mesh. */
    public static Optional<List<String>> makeIn(Path folder, String classPath) {
        return ClassArchives.ofThis(folder).make(classPath).map(JvmStart::use);
    }

    /** The JVM says nothing about an archive that it passes over. */
    static List<String> use(Path archive) {
        return List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive.toAbsolutePath(), "-Xlog:cds*=off");
    }

    /**
     * The same at the address that the archive was made for, where that is free. JDK 17 else draws one by lot, a hurdle for an
     * attacker, and adapts all of the archive to it: some 100 MB of memory a process, and a tenth of a second.
     */
    static List<String> useHere(Path archive) {
        List<String> options = new ArrayList<>(use(archive));
        options.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0"));
        return options;
    }

    private static Path below(Path parts) {
        return parts.resolve("archives");
    }
}
