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
     * The top map, in the order of the text: maps, lists, {@code String}, {@code BigInteger}, {@code BigDecimal},
     * {@code Boolean} and null. A date is a text.
     *
     * @param file how problems shall name the text
     * @throws InvalidContractsException with every problem of the syntax
     */
    public static Map<String, @Nullable Object> parse(Path file, String text) throws InvalidContractsException {
        return PlainYaml.parse(file, text);
    }
}
