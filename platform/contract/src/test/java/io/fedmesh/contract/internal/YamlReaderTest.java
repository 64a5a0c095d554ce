package io.fedmesh.contract.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class YamlReaderTest {
    private static final Path FILE = Path.of("f.yaml");

    @TempDir
    Path folder;

    static List<Arguments> bad() {
        return List.of(
                Arguments.of(
                        "billion laughs",
                        "a: &a [x, x]\nb: &b [*a, *a]\n",
                        "[f.yaml:1] alias: an anchor must not be used but was '&a'"),
                Arguments.of("alias", "a: *b\n", "[f.yaml:1] alias: an alias must not be used but was '*b'"),
                Arguments.of(
                        "merge", "a: 1\nb:\n  <<: *a\n", "[f.yaml:3] alias: an alias must not be used but was '*a'"),
                Arguments.of(
                        "class tag",
                        "a: 1\nb: !!javax.script.ScriptEngineManager []\n",
                        "[f.yaml:2] tag: a tag must not be used but was 'tag:yaml.org,2002:javax.script.ScriptEngineManager'"),
                Arguments.of(
                        "type tag",
                        "a: !!str 1\n",
                        "[f.yaml:1] tag: a tag must not be used but was 'tag:yaml.org,2002:str'"),
                Arguments.of("map tag", "a:\n  !x\n  b: 1\n", "[f.yaml:2] tag: a tag must not be used but was '!x'"),
                Arguments.of(
                        "duplicate key",
                        "a: 1\nb: 2\na: 3\n",
                        "[f.yaml:3] duplicate-key: 'a' must be given once but was given again"),
                Arguments.of(
                        "key that is a list",
                        "a: 1\n? [x]\n: 2\n",
                        "[f.yaml:2] yaml: a key must be a text of at most 200 characters but was not"),
                Arguments.of(
                        "deep flow",
                        "a: " + "[".repeat(60) + "]".repeat(60),
                        "[f.yaml:1] nesting: the file must nest at most 50 deep but did more"),
                Arguments.of(
                        "very deep flow",
                        "a: " + "[".repeat(200_000),
                        "[f.yaml:1] nesting: the file must nest at most 50 deep but did more"),
                Arguments.of(
                        "huge",
                        "a: " + "x".repeat(1_000_000),
                        "[f.yaml:1] size: the file must have at most 1000000 characters but had more"),
                Arguments.of(
                        "huge number",
                        "a: " + "9".repeat(41),
                        "[f.yaml:1] size: a number must have at most 40 characters but had more"),
                Arguments.of("empty", "", "[f.yaml:1] yaml: the file must hold a map but was empty"),
                Arguments.of(
                        "only a comment", "# nothing\n", "[f.yaml:1] yaml: the file must hold a map but was empty"),
                Arguments.of("a text", "\nhello\n", "[f.yaml:2] yaml: the file must hold a map but was 'hello'"),
                Arguments.of("a list", "- a\n", "[f.yaml:1] yaml: the file must hold a map but was a list"),
                Arguments.of(
                        "two documents",
                        "a: 1\n---\nb: 2\n",
                        "[f.yaml:2] yaml: the file must hold one document but held more"),
                Arguments.of(
                        "not closed",
                        "a: 1\nb: [x\n",
                        "[f.yaml:3] yaml: the file must be YAML but expected ',' or ']', but got <stream end>"),
                Arguments.of(
                        "tab",
                        "a:\n\tb: 1\n",
                        "[f.yaml:2] yaml: the file must be YAML but found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)"),
                Arguments.of(
                        "control character",
                        "a: \u0007\n",
                        "[f.yaml:1] yaml: the file must be YAML but has a character that YAML forbids"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void badYamlIsRefusedWithItsLine(String name, String text, String problem) throws Exception {
        assertThat(problems(text.getBytes(StandardCharsets.UTF_8))).containsExactly(problem);
    }

    @Test
    void aByteThatIsNotUtf8IsRefusedWithItsLine() throws Exception {
        assertThat(problems("a: 1\nb: \u00e9\n".getBytes(StandardCharsets.ISO_8859_1)))
                .containsExactly("[f.yaml:2] encoding: the file must be UTF-8 but had byte 0xe9 at 8");
    }

    @Test
    void aFileThatEndsWithinACharacterIsRefused() throws Exception {
        assertThat(problems(new byte[] {'a', ':', ' ', (byte) 0xc3}))
                .containsExactly("[f.yaml:1] encoding: the file must be UTF-8 but had byte 0xc3 at 3");
    }

    @Test
    void aFileThatIsTooLargeIsNotRead() throws Exception {
        assertThat(problems(new byte[4_000_001]))
                .containsExactly("[f.yaml:1] size: the file must have at most 4000000 bytes but had more");
    }

    @Test
    void scalarsFollowTheCoreSchema() throws Exception {
        Node.Mapping map = YamlReader.parse(
                "a: no\nb: 'true'\nc: TRUE\nd: 0o17\ne: 0x1F\nf: -1.50\ng: ~\nh:\ni: 2026-11-01\nj: 1_000\nk: 12:30:00\nl: .inf\n",
                new FileReport(FILE, new ArrayList<>()));

        assertThat(map.plain().toString())
                .isEqualTo(
                        "{a=no, b=true, c=true, d=15, e=31, f=-1.50, g=null, h=null, i=2026-11-01, j=1_000, k=12:30:00, l=.inf}");
        assertThat(map.plain().get("b")).isEqualTo("true");
        assertThat(map.plain().get("c")).isEqualTo(true);
        assertThat(map.lineOf("k")).isEqualTo(11);
    }

    @Test
    void aMessageShowsNoControlCharacterAndNoEndlessValue() {
        assertThat(Node.Scalar.printable("a\u202eb\n" + "x".repeat(200)))
                .isEqualTo("a\\u202eb\\u000a" + "x".repeat(96) + "...");
    }

    static List<Arguments> badJson() {
        return List.of(
                Arguments.of("{\n\"a\": 1,\n\"a\": 2}", 3),
                Arguments.of("{\"a\": " + "[".repeat(60) + "]".repeat(60) + "}", 1),
                Arguments.of("{\"a\": " + "[".repeat(200_000), 1),
                Arguments.of("{\n\"a\": 1\n} {}", 3),
                Arguments.of("[]", 1),
                Arguments.of("", 1),
                Arguments.of("{\n\n\"a\": nope}", 3),
                Arguments.of("{\"a\": " + "9".repeat(50) + "}", 1));
    }

    @ParameterizedTest
    @MethodSource("badJson")
    void badJsonIsRefusedWithItsLine(String text, int line) {
        List<Problem> problems = new ArrayList<>();
        try {
            JsonReader.parse(text);
        } catch (Unreadable e) {
            e.reportTo(new FileReport(FILE, problems));
        }

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.rule()).isEqualTo("json");
            assertThat(problem.line()).isEqualTo(line);
        });
    }

    private List<String> problems(byte[] bytes) throws Exception {
        Path file = folder.resolve("f.yaml");
        Files.write(file, bytes);
        List<Problem> problems = new ArrayList<>();
        FileReport report = new FileReport(FILE, problems);
        try {
            YamlReader.read(file, report);
        } catch (Unreadable e) {
            e.reportTo(report);
        }
        return problems.stream().map(Problem::toString).toList();
    }
}
