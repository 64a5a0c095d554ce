package io.fedmesh.app.internal.config;

import io.fedmesh.contract.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads one YAML file into {@link MeshConfig}: safe YAML only, bounded, every problem reported at once. */
public final class ConfigFile {
    /** Larger files are no configuration. */
    private static final int MAX_CHARACTERS = 256 * 1024;

    private static final int MAX_DEPTH = 20;

    private ConfigFile() {}

    /**
     * The configuration in a file.
     *
     * @throws InvalidConfigException with every problem, also when the file cannot be read
     */
    public static MeshConfig read(Path file) throws InvalidConfigException {
        Path folder = file.toAbsolutePath().normalize().resolveSibling("");
        List<Problem> problems = new ArrayList<>();
        Node document = document(file, problems);
        MeshConfig config = null;
        if (document != null) {
            config = new RecordBinder(file, folder, problems).bind(document, MeshConfig.class);
        }
        if (!problems.isEmpty() || config == null) {
            problems.sort(Comparator.comparingInt(Problem::line));
            throw new InvalidConfigException(problems);
        }
        return config;
    }

    private static @Nullable Node document(Path file, List<Problem> problems) {
        String text;
        try {
            if (Files.size(file) > MAX_CHARACTERS) {
                problems.add(new Problem(
                        file, 1, "size", "the file must have at most " + MAX_CHARACTERS + " bytes but has more"));
                return null;
            }
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            problems.add(new Problem(file, 1, "encoding", "the file must be UTF-8 but is not"));
            return null;
        } catch (IOException e) {
            problems.add(new Problem(
                    file,
                    1,
                    "file",
                    "the file must be readable but was not: " + e.getClass().getSimpleName()));
            return null;
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(0);
        try {
            Node node = new Yaml(options).compose(new StringReader(text));
            if (node == null) {
                problems.add(new Problem(file, 1, "empty", "the file must hold settings but is empty"));
            }
            return node;
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            problems.add(
                    new Problem(file, mark == null ? 1 : mark.getLine() + 1, "yaml", String.valueOf(e.getProblem())));
        } catch (YAMLException e) {
            problems.add(new Problem(file, 1, "yaml", String.valueOf(e.getMessage())));
        }
        return null;
    }
}
