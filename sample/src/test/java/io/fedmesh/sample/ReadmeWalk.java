package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands of one chapter of the README, carried out on a mesh as a reader of it would. A line's comment says what must come
 * of it: {@code refused: …} an error that holds these words, within a minute; anything else success.
 */
final class ReadmeWalk {
    private static final Pattern STEP = Pattern.compile("\\./mesh (?<command>.*?)(?:\\s+# (?<comment>.*))?");
    private static final Pattern WORD = Pattern.compile("\"(?<quoted>[^\"]*)\"|(?<plain>\\S+)");
    private static final String REFUSED = "refused: ";
    private static final Duration SOON = Duration.ofMinutes(1);

    private final RunningMesh mesh;

    ReadmeWalk(RunningMesh mesh) {
        this.mesh = mesh;
    }

    /** One command and what must come of it. */
    record Step(List<String> command, String comment) {
        boolean isRefused() {
            return comment.startsWith(REFUSED);
        }
    }

    /** The commands of the first fenced block after a heading. */
    static List<Step> steps(Path readme, String heading) throws IOException {
        List<String> lines = Files.readAllLines(readme);
        int from = lines.indexOf("## " + heading);
        assertThat(from).as("the chapter '%s' of %s", heading, readme).isNotNegative();
        List<String> after = lines.subList(from, lines.size());
        int begin = after.indexOf("```");
        List<Step> steps = new ArrayList<>();
        for (String line : after.subList(begin + 1, after.size())) {
            if (line.equals("```")) {
                break;
            }
            Matcher step = STEP.matcher(line);
            assertThat(step.matches()).as("a command: %s", line).isTrue();
            steps.add(
                    new Step(words(step.group("command")), step.group("comment") == null ? "" : step.group("comment")));
        }
        return steps;
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command);
        while (word.find()) {
            words.add(word.group("quoted") == null ? word.group("plain") : word.group("quoted"));
        }
        return words;
    }

    /** Takes a step; answers what it printed. */
    String take(Step step) {
        String[] arguments = step.command().toArray(String[]::new);
        if (step.isRefused()) {
            String words = step.comment().substring(REFUSED.length());
            await().atMost(SOON).untilAsserted(() -> {
                RunningMesh.Answer answer = carriedOut(arguments);
                assertThat(answer.exit()).as(Arrays.toString(arguments)).isEqualTo(1);
                assertThat(answer.err().toLowerCase(Locale.ROOT)).contains(words);
            });
            return "";
        }
        RunningMesh.Answer answer = carriedOut(arguments);
        assertThat(answer.exit())
                .as("%s: %s%s", step.command(), answer.out(), answer.err())
                .isZero();
        return answer.out();
    }

    /** Who approves reads at a terminal what is asked for, and types yes. */
    private RunningMesh.Answer carriedOut(String... arguments) {
        return arguments[0].equals("approve") ? mesh.commandWith("yes\n", arguments) : mesh.command(arguments);
    }
}
