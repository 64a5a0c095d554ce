package io.fedmesh.contract.internal;

import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.YamlText.Located;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@link YamlReader} for those who check a map by rules of their own. */
public final class PlainYaml {
    private PlainYaml() {}

    /** Reads a map. */
    private interface Reading {
        Mapping map(FileReport report) throws Unreadable;
    }

    /** The top map of a text, with every problem of its syntax. */
    public static Located locate(Path file, String text) throws InvalidContractsException {
        return locate(file, report -> YamlReader.parse(text, report));
    }

    /** The top map of a file of a repository. */
    public static Located read(Path root, Path file) throws InvalidContractsException {
        return locate(file, report -> YamlReader.read(root.resolve(file), report));
    }

    private static Located locate(Path file, Reading reading) throws InvalidContractsException {
        List<Problem> problems = new ArrayList<>();
        FileReport report = new FileReport(file, problems);
        try {
            Mapping map = reading.map(report);
            if (problems.isEmpty()) {
                Map<String, Integer> lines = new HashMap<>();
                lines(map, "", lines);
                return new Located(map.plain(), Map.copyOf(lines));
            }
        } catch (Unreadable e) {
            e.reportTo(report);
        }
        throw new InvalidContractsException(problems);
    }

    private static void lines(Node node, String path, Map<String, Integer> lines) {
        if (node instanceof Mapping mapping) {
            mapping.entries().forEach((key, entry) -> {
                String child = path.isEmpty() ? key : path + "." + key;
                lines.put(child, entry.line());
                lines(entry.value(), child, lines);
            });
        } else if (node instanceof Sequence sequence) {
            for (int i = 0; i < sequence.items().size(); i++) {
                Node item = sequence.items().get(i);
                lines.put(path + "[" + i + "]", item.line());
                lines(item, path + "[" + i + "]", lines);
            }
        }
    }
}
