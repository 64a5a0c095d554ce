package io.fedmesh.app.internal.localmesh;

import io.fedmesh.app.Main;
import io.fedmesh.local.ClassArchive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a further JVM of the mesh is started: with this one's class path and settings.
 *
 * @param options JVM options beyond heap and collector
 * @param program class path and main class
 */
record JavaLine(List<String> options, List<String> program) {
    private static final List<String> HANDED_DOWN = List.of(
            "fedmesh.root",
            "fedmesh.parts",
            "fedmesh.classes",
            "org.apache.avro.limits.bytes.maxLength",
            "org.apache.avro.limits.string.maxLength",
            "org.apache.avro.limits.collectionItems.maxLength");

    /**
     * The quick compiler alone: in the minutes that a local mesh mostly runs the optimizing one would take a quarter of the
     * machine to make code that has little time left to run.
     */
    private static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

    /** As this JVM was started. */
    static JavaLine ofThis() {
        List<String> options = new ArrayList<>(List.of("-Xshare:auto", QUICK_COMPILER));
        for (String property : HANDED_DOWN) {
            String value = System.getProperty(property);
            if (value != null) {
                options.add("-D" + property + "=" + value);
            }
        }
        return new JavaLine(
                options,
                List.of(
                        "-cp",
                        ClassArchive.librariesFirst(System.getProperty("java.class.path")),
                        Main.class.getName()));
    }

    /** The program that runs this JVM. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
