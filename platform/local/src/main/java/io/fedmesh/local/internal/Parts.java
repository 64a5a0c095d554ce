package io.fedmesh.local.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the programs that the build fetched and that share no class path with us: the registry and the S3 server. */
public final class Parts {
    private static final String PROPERTY = "fedmesh.parts";
    private static final String BUILT = "platform/local/target/parts";

    private Parts() {}

    /** The registry's runnable jar; its libraries lie beside it. */
    public static Path registry() {
        return find("registry/apicurio-registry-app-3.0.9-runner.jar");
    }

    /** The S3 server's runnable jar. */
    public static Path s3() {
        return find("s3proxy.jar");
    }

    /** The parts folder if it is there and ours to write. */
    static Optional<Path> writableFolder() {
        return folder().filter(Files::isWritable);
    }

    /** The parts folder if it is there. */
    static Optional<Path> folder() {
        return folders().stream().filter(Files::isDirectory).findFirst();
    }

    private static List<Path> folders() {
        return folders(System.getProperty(PROPERTY), System.getProperty("fedmesh.root"), Path.of(""));
    }

    private static Path find(String name) {
        List<Path> folders = folders();
        for (Path folder : folders) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                return file.toAbsolutePath();
            }
        }
        throw new IllegalStateException("[local] the parts folder must hold " + name + " but these do not: " + folders
                + "; build platform/local, or name the folder by -D" + PROPERTY + "=");
    }

    /** The folder named by property alone; else the build's, below the repository's root or a folder above the working one. */
    static List<Path> folders(@Nullable String named, @Nullable String root, Path working) {
        if (named != null) {
            return List.of(Path.of(named));
        }
        List<Path> folders = new ArrayList<>();
        if (root != null) {
            folders.add(Path.of(root).resolve(BUILT));
        }
        Path above = working.toAbsolutePath();
        while (above != null) {
            folders.add(Objects.requireNonNull(above).resolve(BUILT));
            above = above.getParent();
        }
        return folders;
    }
}
