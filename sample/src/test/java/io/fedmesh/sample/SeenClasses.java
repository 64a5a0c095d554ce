package io.fedmesh.sample;

import io.fedmesh.testkit.GoldenTopology;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** What a mesh's JVMs said that they load, against the list from which their archives are made. */
final class SeenClasses {
    private static final Path LIST = Path.of(
            System.getProperty("fedmesh.root"),
            "platform/local/src/main/resources/io/fedmesh/local/internal/classes.lst.gz");

    /** Of jars that an archive does without. */
    private static final String OWN = "io/fedmesh/";

    private SeenClasses() {}

    /**
     * For each JVM the share of its classes that the list lacks. With {@code -Dgolden.update=true} the list becomes what was
     * said, and lacks nothing.
     *
     * @param folder of one list a JVM
     */
    static Map<String, Double> missing(Path folder) throws IOException {
        Map<String, Set<String>> said = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                said.put(file.getFileName().toString(), archivable(Files.readAllLines(file)));
            }
        }
        if (said.size() < 5) {
            throw new AssertionError(
                    "broker, registry, S3, supervisor and worker must list what they load: " + said.keySet());
        }
        if (Boolean.getBoolean(GoldenTopology.UPDATE_PROPERTY)) {
            Set<String> all = new TreeSet<>();
            said.values().forEach(all::addAll);
            write(all);
        }
        Set<String> listed = read();
        Map<String, Double> missing = new TreeMap<>();
        said.forEach((process, lines) -> {
            List<String> classes =
                    lines.stream().filter(line -> !line.startsWith("@")).toList();
            missing.put(
                    process,
                    classes.stream().filter(name -> !listed.contains(name)).count() / (double) classes.size());
        });
        return missing;
    }

    private static void write(Set<String> all) throws IOException {
        try (Writer out =
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(LIST)), StandardCharsets.UTF_8)) {
            for (String line : all) {
                out.write(line + "\n");
            }
        }
    }

    private static Set<String> read() throws IOException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(LIST)), StandardCharsets.UTF_8))) {
            return in.lines().collect(Collectors.toSet());
        }
    }

    /** Libraries' classes of this class path without the number that the JVM gives them, and lambdas. */
    private static Set<String> archivable(List<String> lines) {
        Set<String> archivable = new TreeSet<>();
        for (String line : lines) {
            if (!line.startsWith("#") && !line.contains(" source: ")) {
                int id = line.indexOf(" id: ");
                String known = id < 0 ? line : line.substring(0, id);
                String name = known.startsWith("@") ? known.split(" ", -1)[1] : known;
                if (known.startsWith("@lambda-form")
                        || !name.startsWith(OWN) && ClassLoader.getSystemResource(name + ".class") != null) {
                    archivable.add(known);
                }
            }
        }
        return archivable;
    }
}
