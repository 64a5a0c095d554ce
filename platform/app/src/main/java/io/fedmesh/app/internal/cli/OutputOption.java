package io.fedmesh.app.internal.cli;

import io.fedmesh.access.ResultFormat;
import java.util.Locale;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a command prints its answer. */
final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, csv or json; default: ${DEFAULT-VALUE}.")
    ResultFormat format = ResultFormat.TABLE;

    /** The format of a name. */
    static ResultFormat parse(String name) {
        for (ResultFormat format : ResultFormat.values()) {
            if (format.toString().toLowerCase(Locale.ROOT).equals(name)) {
                return format;
            }
        }
        throw new TypeConversionException("must be one of table, csv, json but was '" + name + "'");
    }
}
