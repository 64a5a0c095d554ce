package io.fedmesh.contract.internal;

import io.fedmesh.contract.Names;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a repository, all named relative to its root; what is wrong with one goes to its report.
 *
 * @param problems what is appended to
 */
record RepositoryFiles(Path root, Collection<Problem> problems) {
    /** Longest listing of one folder. */
    private static final int MAX_ENTRIES = 10_000;

    FileReport report(Path file) {
        return new FileReport(file, problems);
    }

    /** The file's top map; null where it cannot be read, and the report says why. */
    @Nullable
    Mapping yaml(Path file) {
        try {
            return YamlReader.read(root.resolve(file), report(file));
        } catch (Unreadable e) {
            e.reportTo(report(file));
            return null;
        }
    }

    boolean isFolder(Path folder) {
        return Files.isDirectory(root.resolve(folder));
    }

    boolean exists(Path file) {
        return Files.exists(root.resolve(file), java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether the name of a file, without its ending, is a part of the grammar; reports where it is not. */
    boolean isPart(String name, Path file) {
        if (Names.isPart(name)) {
            return true;
        }
        report(file)
                .add(
                        1,
                        "name",
                        "the file's name must match [a-z][a-z0-9-]{0,30} but was '" + Scalar.printable(name) + "'");
        return false;
    }

    /** The files of a folder that may be absent; one with another ending is a mistake, unless its name begins with a dot. */
    List<Path> files(Path folder, Set<String> endings) {
        if (!isFolder(folder)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        for (Path file : list(folder)) {
            if (endings.stream().anyMatch(name(file)::endsWith)) {
                files.add(file);
            } else if (!name(file).startsWith(".")) {
                report(file)
                        .add(1, "file", "a file here must end with one of " + new TreeSet<>(endings) + " but did not");
            }
        }
        return files;
    }

    /** Sorted. */
    List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(root.resolve(folder))) {
            List<Path> found = entries.limit(MAX_ENTRIES + 1L)
                    .map(path -> folder.resolve(name(path)))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
            if (found.size() > MAX_ENTRIES) {
                report(folder).add(1, "size", "a folder must hold at most " + MAX_ENTRIES + " files but held more");
            }
            return found;
        } catch (IOException e) {
            report(folder).add(1, "file", "the folder must exist and be readable but was not");
            return List.of();
        }
    }

    static String stem(Path file, String suffix) {
        String name = name(file);
        return name.substring(0, name.length() - suffix.length());
    }

    static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
