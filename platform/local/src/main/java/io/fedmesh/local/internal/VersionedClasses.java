package io.fedmesh.local.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Classes of which a multi-release jar has another version for some JDK. No archive may hold them: where a recorder or an agent
 * asks for the bytes of an archived class, JDK 17 reads them from the jar's root, and crashes where that has none.
 */
final class VersionedClasses {
    private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/[0-9]+/(.+)\\.class");
    private static final Pattern CLASS = Pattern.compile("^(?:@lambda-\\S+ )?(\\S+)");

    private final Set<String> names;

    private VersionedClasses(Set<String> names) {
        this.names = names;
    }

    /** @throws IOException when a jar cannot be read; a file that is no jar has none */
    static VersionedClasses in(List<Path> jars) throws IOException {
        Set<String> names = new HashSet<>();
        for (Path jar : jars) {
            try (ZipFile file = new ZipFile(jar.toFile())) {
                file.stream()
                        .map(entry -> VERSIONED.matcher(entry.getName()))
                        .filter(Matcher::matches)
                        .forEach(matcher -> names.add(matcher.group(1)));
            } catch (ZipException e) {
                // The JVM passes over it as well.
            }
        }
        return new VersionedClasses(names);
    }

    /** A list as the JVM writes it, without them and without their lambdas. */
    List<String> without(List<String> list) {
        return list.stream()
                .filter(line -> {
                    Matcher matcher = CLASS.matcher(line);
                    return !matcher.find() || !names.contains(matcher.group(1));
                })
                .toList();
    }
}
