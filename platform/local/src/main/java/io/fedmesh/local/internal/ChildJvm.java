package io.fedmesh.local.internal;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The command line of a leashed JVM: this JVM's own {@code java}, a small heap, on the leash. */
public final class ChildJvm {
    private ChildJvm() {}

    /**
     * A command that ends with the given arguments.
     *
     * @param maxHeapMb the largest heap in megabytes
     * @param options further JVM options, e.g. {@code -Dkey=value}
     * @param program {@code -jar x.jar ...} or {@code -cp x:y Main ...}
     */
    public static List<String> command(Home home, int maxHeapMb, List<String> options, List<String> program) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + maxHeapMb + "m");
        command.add("-Xss512k");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-XX:-UsePerfData");
        command.add("-XX:+DisableAttachMechanism");
        command.add("-Djava.io.tmpdir=" + home.folder("tmp"));
        command.add("-Duser.timezone=UTC");
        command.add("-Dfile.encoding=UTF-8");
        command.addAll(options);
        List<String> leashed = leashed(program);
        if (program.get(0).equals("-cp")) {
            command.addAll(JvmStart.options(leashed.get(1))); // a part's own jar holds what ours do not load
        }
        command.addAll(leashed);
        return command;
    }

    /**
     * The jars or class folders that hold these classes, found through the class loader: it works the same under a
     * launcher's wildcard, a test runner's manifest-only jar and an IDE.
     */
    public static String classPath(List<String> classNames) {
        Set<String> entries = new LinkedHashSet<>();
        ClassLoader loader = Objects.requireNonNull(ChildJvm.class.getClassLoader(), "class loader");
        for (String name : classNames) {
            String resource = name.replace('.', '/') + ".class";
            URL url = loader.getResource(resource);
            if (url == null) {
                throw new IllegalStateException("[local] the class path must hold " + name + " but did not");
            }
            entries.add(container(url.toString(), resource));
        }
        return String.join(File.pathSeparator, entries);
    }

    private static String container(String url, String resource) {
        String found = url.substring(0, url.length() - resource.length());
        if (found.startsWith("jar:")) {
            found = found.substring("jar:".length(), found.length() - "!/".length());
        }
        return Path.of(URI.create(found)).toString();
    }

    /** The same program behind {@link Leash}, whose classes come last on the class path, our own after the libraries. */
    static List<String> leashed(List<String> program) {
        String named = program.get(1);
        boolean isJar = program.get(0).equals("-jar");
        List<String> leashed = new ArrayList<>();
        leashed.add("-cp");
        leashed.add(leashedClassPath(named));
        leashed.add(Leash.class.getName());
        if (isJar) {
            leashed.add(mainClass(Path.of(named)));
        }
        leashed.addAll(program.subList(2, program.size()));
        return leashed;
    }

    /** A program's class path with the leash on it. */
    public static String leashedClassPath(String named) {
        return JvmStart.librariesFirst(named + File.pathSeparator + classPath(List.of(Leash.class.getName())));
    }

    private static String mainClass(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String name = manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
            if (name == null) {
                throw new IllegalStateException("[" + jar + "] the manifest must name a main class but did not");
            }
            return name.strip();
        } catch (IOException e) {
            throw new UncheckedIOException("[" + jar + "] must be a readable jar but was not", e);
        }
    }
}
