package io.fedmesh.app.internal.cli;

import io.fedmesh.access.ProductEvent;
import io.fedmesh.access.ProductEvents;
import io.fedmesh.access.TopicFeed;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import java.io.PrintStream;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "consume",
        mixinStandardHelpOptions = true,
        description = "Print the events of a product's topic, as the one who reads is shown them.",
        footer = "Ends with Ctrl-C, and soon after what allowed it.")
final class ConsumeCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    /** How events are printed. */
    enum Format {
        TEXT,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "PRODUCT", description = "<domain>.<product>")
    String product = "";

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            defaultValue = "earliest",
            description = "earliest, a time such as 2026-01-02T03:04:05Z, or an offset; default: ${DEFAULT-VALUE}.")
    String from = "earliest";

    @Option(names = "--max", paramLabel = "N", description = "End after N events.")
    @Nullable
    Long max;

    @Option(names = "--until-end", description = "End where the topic ended as the reading began.")
    boolean untilEnd;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json, an event a line; default: ${DEFAULT-VALUE}.")
    String output = "text";

    @Mixin
    AskingOptions asking = new AskingOptions();

    @Mixin
    ReadingOptions options = new ReadingOptions();

    ConsumeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ProductName name = ProductArgument.parse(product);
        TopicFeed.Start start = start(from);
        Format format = format(output);
        long most = max == null ? Long.MAX_VALUE : max;
        if (most < 1) {
            throw usage("--max must be 1 or more but was " + max);
        }
        Contracts contracts = surroundings.contracts();
        Console console = surroundings.console();
        try (Reading reading = options.open(surroundings, contracts)) {
            Reading.Asker asker = asking.asker(surroundings, contracts, reading);
            ProductEvents.Account account = reading.events(asker)
                    .read(
                            asker.who(),
                            name,
                            asker.purpose(),
                            start,
                            untilEnd ? ProductEvents.End.AT_THE_END : ProductEvents.End.NEVER,
                            most,
                            event -> print(event, format, console.out()));
            if (account.bad() > 0) {
                console.note("mesh: " + account.bad()
                        + " records were none of the product's and left out; mesh rejected says why");
            }
        } catch (EndOfOutput e) {
            return Cli.OK;
        }
        return Cli.OK;
    }

    /** Nobody reads what is printed. */
    private static final class EndOfOutput extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static void print(ProductEvent event, Format format, PrintStream out) {
        out.println(format == Format.JSON ? event.json() : text(event));
        // Flushes: whoever watches sees each event as it comes.
        if (out.checkError()) {
            throw new EndOfOutput();
        }
    }

    static String text(ProductEvent event) {
        String op = event.headers().getOrDefault("mesh_op", "-");
        String key = event.key() == null ? "-" : Json.line(event.key());
        String value = event.value() == null ? "null" : event.valueJson();
        return shown(
                event.partition() + ":" + event.offset() + "  " + event.time() + "  " + op + "  " + key + "  " + value);
    }

    /** Without anything that a terminal would obey. */
    private static String shown(String line) {
        StringBuilder shown = new StringBuilder();
        line.codePoints().forEach(c -> {
            int type = Character.getType(c);
            boolean isObeyed = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            shown.appendCodePoint(isObeyed ? 0xFFFD : c);
        });
        return shown.toString();
    }

    static TopicFeed.Start start(String text) {
        if (text.equals("earliest")) {
            return new TopicFeed.Start.Earliest();
        }
        try {
            return text.matches("[0-9]{1,18}")
                    ? new TopicFeed.Start.From(Long.parseLong(text))
                    : new TopicFeed.Start.At(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw usage(
                    "--from must be earliest, a time such as 2026-01-02T03:04:05Z or an offset but was '" + text + "'");
        }
    }

    private static Format format(String text) {
        for (Format format : Format.values()) {
            if (format.toString().equals(text)) {
                return format;
            }
        }
        throw usage("--output must be text or json but was '" + text + "'");
    }

    private static CommandException usage(String message) {
        return new CommandException(Cli.USAGE, "mesh: " + message);
    }
}
