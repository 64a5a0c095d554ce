package io.fedmesh.app.internal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fedmesh.govern.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A plan as JSON. A file only says what was agreed to: the plan is made anew before it is carried out, so nothing that
 * somebody writes into a file is done.
 */
record PlanFile(
        String format,
        String fingerprint,
        List<Entry> changes,
        List<String> problems,
        List<String> strays,
        List<String> notes) {
    private static final String FORMAT = "fedmesh-plan-1";
    private static final long MAX_BYTES = 16L << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** A change; {@code action} and {@code thing} in lower case. */
    record Entry(
            String action,
            String thing,
            String name,
            String attribute,
            @Nullable String from,
            @Nullable String to) {
        static Entry of(Plan.Change change) {
            return new Entry(
                    change.action().name().toLowerCase(Locale.ROOT),
                    change.thing().toString(),
                    change.name(),
                    change.attribute(),
                    change.from(),
                    change.to());
        }

        Plan.Change change() {
            return new Plan.Change(
                    Plan.Thing.valueOf(thing.toUpperCase(Locale.ROOT)),
                    name,
                    attribute,
                    Plan.Action.valueOf(action.toUpperCase(Locale.ROOT)),
                    from,
                    to);
        }
    }

    static PlanFile of(Plan plan) {
        return new PlanFile(
                FORMAT,
                plan.fingerprint(),
                plan.changes().stream().map(Entry::of).toList(),
                plan.problems(),
                plan.strays(),
                plan.notes());
    }

    static void write(Plan plan, Path file) {
        try {
            Files.writeString(file, Json.line(of(plan)) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("[" + file + "] must be writable but was not", e);
        }
    }

    /** Reads a plan, or ends the command with what is wrong with the file. */
    static Plan read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw wrong(file, "has more than " + MAX_BYTES + " bytes");
            }
            PlanFile read = JSON.readValue(Files.readString(file), PlanFile.class);
            if (read == null || !FORMAT.equals(read.format)) {
                throw wrong(file, "has another 'format'");
            }
            return new Plan(
                    read.fingerprint,
                    read.changes.stream().map(Entry::change).toList(),
                    read.problems,
                    read.strays,
                    read.notes);
        } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
            throw wrong(file, "is not one");
        } catch (IOException e) {
            throw new CommandException(Cli.FAILED, "mesh: [" + file + "] must be readable but was not");
        }
    }

    private static CommandException wrong(Path file, String why) {
        return new CommandException(
                Cli.FAILED, "mesh: [" + file + "] must be a plan that ./mesh plan --out wrote but " + why);
    }
}
