package io.fedmesh.bench.internal.measure;

import io.fedmesh.bench.internal.measure.Report.Format;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** How and where a command prints its answer, and what it says meanwhile. */
public final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = Parser.class,
            description = "table, or json: the last line is one object; default: ${DEFAULT-VALUE}.")
    public Format format = Format.TABLE;

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec command;

    /** Where answers go. */
    public PrintWriter out() {
        return line().getOut();
    }

    /** The answer for programs, as the last line. */
    public void json(Map<String, ?> answer) {
        out().println(Report.json(answer));
    }

    /** Tells a person that something goes on: beside the answer. */
    public void say(String what) {
        line().getErr().println("bench: " + what);
    }

    private CommandLine line() {
        return Objects.requireNonNull(command, "a command was parsed").commandLine();
    }

    static final class Parser implements ITypeConverter<Format> {
        @Override
        public Format convert(String name) {
            for (Format format : Format.values()) {
                if (format.toString().equals(name.toLowerCase(Locale.ROOT))) {
                    return format;
                }
            }
            throw new TypeConversionException("must be one of table, json but was '" + name + "'");
        }
    }
}
