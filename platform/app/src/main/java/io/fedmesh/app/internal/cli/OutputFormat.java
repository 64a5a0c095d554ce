package io.fedmesh.app.internal.cli;

import java.util.Locale;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How rows are printed. */
enum OutputFormat {
    TABLE,
    CSV,
    JSON;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The format of a name. */
    static OutputFormat parse(String name) {
        for (OutputFormat format : values()) {
            if (format.toString().equals(name)) {
                return format;
            }
        }
        throw new TypeConversionException("must be one of table, csv, json but was '" + name + "'");
    }

    /** The option that commands share. */
    static final class Choice {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FORMAT",
                defaultValue = "table",
                description = "table, csv or json; default: ${DEFAULT-VALUE}.")
        OutputFormat format = TABLE;
    }
}
