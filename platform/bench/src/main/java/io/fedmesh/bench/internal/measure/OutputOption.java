package io.fedmesh.bench.internal.measure;

import io.fedmesh.bench.internal.measure.Report.Format;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a command prints its answer. */
public final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = Parser.class,
            description = "table, or json: the last line is one object; default: ${DEFAULT-VALUE}.")
    public Format format = Format.TABLE;

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
