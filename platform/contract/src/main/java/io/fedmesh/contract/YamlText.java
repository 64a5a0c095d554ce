package io.fedmesh.contract;

import io.fedmesh.contract.internal.PlainYaml;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * YAML as data, read as strictly as contracts are: one document that is a map; no anchor, alias or tag, no duplicate key, at
 * most a million characters and 50 levels. Thread-safe: stateless.
 */
public final class YamlText {
    private YamlText() {}

    /**
     * A text's top map, and where its parts stand.
     *
     * @param map as {@link #parse} gives it
     * @param lines 1-based, by path: {@code people[0].roles} is the line of the key, {@code people[0].roles[1]} of the item
     */
    public record Located(Map<String, @Nullable Object> map, Map<String, Integer> lines) {
        /** The line of a path, or of the nearest part around it that is there; 1 where none is. */
        public int line(String path) {
            String part = path;
            while (!part.isEmpty()) {
                Integer line = lines.get(part);
                if (line != null) {
                    return line;
                }
                part = part.substring(0, Math.max(0, Math.max(part.lastIndexOf('.'), part.lastIndexOf('['))));
            }
            return 1;
        }
    }

    /**
     * The top map, in the order of the text: maps, lists, {@code String}, {@code BigInteger}, {@code BigDecimal},
     * {@code Boolean} and null. A date is a text.
     *
     * @param file how problems shall name the text
     * @throws InvalidContractsException with every problem of the syntax
     */
    public static Map<String, @Nullable Object> parse(Path file, String text) throws InvalidContractsException {
        return locate(file, text).map();
    }

    /** As {@link #parse}, with the lines. */
    public static Located locate(Path file, String text) throws InvalidContractsException {
        return PlainYaml.locate(file, text);
    }

    /**
     * As {@link #locate}, of a file of a repository: regular, no link, UTF-8, bounded.
     *
     * @param root the repository's
     * @param file relative to it
     */
    public static Located read(Path root, Path file) throws InvalidContractsException {
        return PlainYaml.read(root, file);
    }
}
