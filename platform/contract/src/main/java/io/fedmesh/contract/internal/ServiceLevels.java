package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.exactly;
import static io.fedmesh.contract.internal.Shape.numberAbove;
import static io.fedmesh.contract.internal.Shape.oneOf;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The two service levels that every product promises: {@code latency} and {@code availability}. */
final class ServiceLevels {
    private static final Map<String, Long> UNIT_MS =
            Map.of("s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Shape VALUE = numberAbove(0);
    private static final BigDecimal LONGEST_MS =
            BigDecimal.valueOf(Duration.ofDays(366).toMillis());

    private ServiceLevels() {}

    /** Null where one of the two is missing or wrong; the report says why. */
    static Contract.@Nullable Sla read(Mapping file, FileReport report) {
        Mapping latency = property(file, "latency", report);
        Mapping availability = property(file, "availability", report);
        Duration freshness = latency == null ? null : duration(latency, report);
        BigDecimal percent = availability == null ? null : percent(availability, report);
        return freshness == null || percent == null ? null : new Contract.Sla(freshness, percent.doubleValue());
    }

    private static @Nullable Mapping property(Mapping file, String name, FileReport report) {
        List<Mapping> found = file.at("slaProperties") instanceof Sequence list
                ? list.items().stream()
                        .filter(Mapping.class::isInstance)
                        .map(Mapping.class::cast)
                        .filter(p -> p.at("property") instanceof Scalar given
                                && given.text().equals(name))
                        .toList()
                : List.of();
        if (found.size() == 1) {
            return found.get(0);
        }
        report.add(
                file.lineOf("slaProperties"),
                "sla",
                "'slaProperties' must have one property '" + name + "' but had " + found.size());
        return null;
    }

    private static @Nullable Duration duration(Mapping latency, FileReport report) {
        BigDecimal value = number(latency, "latency", report);
        Node unit = latency.at("unit");
        if (unit == null) {
            report.missing(latency.line(), "slaProperties.latency.unit");
            return null;
        }
        Shape units = oneOf("s", "m", "h", "d");
        units.check(unit, "slaProperties.latency.unit", report);
        if (value == null || !(unit instanceof Scalar scalar) || !units.fits(unit)) {
            return null;
        }
        BigDecimal ms = value.multiply(BigDecimal.valueOf(UNIT_MS.getOrDefault(scalar.text(), 0L)));
        if (ms.compareTo(LONGEST_MS) > 0) {
            report.add(latency.line(), "sla", "'slaProperties.latency' must be at most 366 days but was more");
            return null;
        }
        return Duration.ofMillis(ms.setScale(0, RoundingMode.CEILING).longValueExact());
    }

    private static @Nullable BigDecimal percent(Mapping availability, FileReport report) {
        BigDecimal value = number(availability, "availability", report);
        Node unit = availability.at("unit");
        if (unit == null) {
            report.missing(availability.line(), "slaProperties.availability.unit");
        } else {
            exactly("percent").check(unit, "slaProperties.availability.unit", report);
        }
        if (value != null && value.compareTo(BigDecimal.valueOf(100)) > 0) {
            report.add(
                    availability.lineOf("value"),
                    "sla",
                    "'slaProperties.availability.value' must be at most 100 but was '" + value.toPlainString() + "'");
            return null;
        }
        return value;
    }

    private static @Nullable BigDecimal number(Mapping property, String name, FileReport report) {
        Node value = property.at("value");
        String path = "slaProperties." + name + ".value";
        if (value == null) {
            report.missing(property.line(), path);
            return null;
        }
        VALUE.check(value, path, report);
        return value instanceof Scalar scalar && VALUE.fits(value) ? scalar.number() : null;
    }
}
