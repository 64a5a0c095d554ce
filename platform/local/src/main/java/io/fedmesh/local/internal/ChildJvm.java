package io.fedmesh.local.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
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
        command.add("-javaagent:" + leashJar(home));
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
        command.addAll(program);
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
        return String.join(java.io.File.pathSeparator, entries);
    }

    private static String container(String url, String resource) {
        String found = url.substring(0, url.length() - resource.length());
        if (found.startsWith("jar:")) {
            found = found.substring("jar:".length(), found.length() - "!/".length());
        }
        return Path.of(URI.create(found)).toString();
    }

    /** Written from the compiled class at each start, so that it fits our version whether we run from a jar or a folder. */
    private static Path leashJar(Home home) {
        Path jar = home.folder("run").resolve("leash.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), Leash.class.getName());
        String resource = Leash.class.getName().replace('.', '/') + ".class";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream in = Objects.requireNonNull(ChildJvm.class.getResourceAsStream("/" + resource), resource);
                JarOutputStream out = new JarOutputStream(bytes, manifest)) {
            out.putNextEntry(new JarEntry(resource));
            in.transferTo(out);
            out.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException("[local] the leash must be readable but was not", e);
        }
        home.write(jar, bytes.toByteArray());
        return jar;
    }
}
