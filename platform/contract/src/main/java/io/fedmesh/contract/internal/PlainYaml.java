package io.fedmesh.contract.internal;

import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link YamlReader} for those who check a map by rules of their own. */
public final class PlainYaml {
    private PlainYaml() {}

    /** The top map of a text, with every problem of its syntax. */
    public static Map<String, @Nullable Object> parse(Path file, String text) throws InvalidContractsException {
        List<Problem> problems = new ArrayList<>();
        FileReport report = new FileReport(file, problems);
        try {
            Map<String, @Nullable Object> map = YamlReader.parse(text, report).plain();
            if (problems.isEmpty()) {
                return map;
            }
        } catch (Unreadable e) {
            e.reportTo(report);
        }
        throw new InvalidContractsException(problems);
    }
}
