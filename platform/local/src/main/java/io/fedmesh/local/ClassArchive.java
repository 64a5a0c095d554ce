package io.fedmesh.local;

import io.fedmesh.local.internal.ChildJvm;
import io.fedmesh.local.internal.JvmStart;
import io.fedmesh.local.internal.KafkaClassPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes JVMs start with an archive of the libraries' classes that the mesh's processes load, so that they need not be read,
 * checked and linked again: about a quarter of the processor time of a start. Nothing else changes, and where there is no
 * archive, or not the right one, a JVM starts as usual.
 */
public final class ClassArchive {
    private ClassArchive() {}

    /**
     * JVM options for a process of this class path, which {@link #librariesFirst} ordered; none where there is no archive.
     */
    public static List<String> options(String classPath) {
        return JvmStart.options(classPath);
    }

    /** The same class path in the order that an archive can serve: absolute, each entry once, libraries before our own. */
    public static String librariesFirst(String classPath) {
        return JvmStart.librariesFirst(classPath);
    }

    /**
     * Makes the archive of this JVM's own libraries, if it is not there, and writes the options by which {@code java @file}
     * uses it, class path included. Where it cannot be made, which is no failure, the options are the class path alone. The
     * local mesh's parts get one for their broker too.
     *
     * @param arguments the file of options; and the folder of archives, where it is not that of the local mesh's parts
     * @throws IOException when the file cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        String classPath = librariesFirst(System.getProperty("java.class.path"));
        Optional<List<String>> options;
        if (arguments.length > 1) {
            options = JvmStart.makeIn(Path.of(arguments[1]), classPath);
        } else {
            options = JvmStart.make(classPath);
            JvmStart.make(ChildJvm.leashedClassPath(KafkaClassPath.path()));
        }
        StringBuilder text = new StringBuilder();
        options.orElse(List.of()).forEach(option -> text.append(quoted(option)).append('\n'));
        text.append("-cp\n").append(quoted(classPath)).append('\n');
        Files.writeString(Path.of(arguments[0]), text, StandardCharsets.UTF_8);
    }

    private static String quoted(String option) {
        return '"' + option.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
