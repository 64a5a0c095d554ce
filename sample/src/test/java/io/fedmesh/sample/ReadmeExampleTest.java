package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contracts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a team pastes from the README compiles, and names a topic that there is. */
class ReadmeExampleTest {
    private static final Path ROOT = Path.of(System.getProperty("fedmesh.root"));
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("public class (\\w+)");
    private static final Pattern TOPIC = Pattern.compile("TypedTopic\\.of\\(\"([^\"]+)\"");

    @TempDir
    Path classes;

    @Test
    void everyJavaBlockCompiles() throws IOException {
        List<String> blocks = blocks();
        assertThat(blocks).isNotEmpty();
        for (String block : blocks) {
            assertThat(problems(block)).isEmpty();
        }
    }

    @Test
    void everyTopicIsAProducts() throws Exception {
        Contracts contracts = Contracts.load(ROOT);
        List<String> topics = blocks().stream()
                .flatMap(block -> TOPIC.matcher(block).results())
                .map(found -> found.group(1))
                .toList();
        assertThat(topics)
                .isNotEmpty()
                .allSatisfy(topic -> assertThat(contracts.byTopic(topic)).isPresent());
    }

    private static List<String> blocks() throws IOException {
        return BLOCK.matcher(Files.readString(ROOT.resolve("README.md")))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private List<String> problems(String block) throws IOException {
        var named = CLASS.matcher(block);
        assertThat(named.find()).as("a block is a public class").isTrue();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        compiler.getTask(
                        null,
                        null,
                        found,
                        List.of(
                                "-d",
                                classes.toString(),
                                "-classpath",
                                System.getProperty("java.class.path"),
                                "-proc:none",
                                "--release",
                                "17"),
                        null,
                        List.of(new Source(named.group(1), block)))
                .call();
        return found.getDiagnostics().stream()
                .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString)
                .toList();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreErrors) {
            return text;
        }
    }
}
