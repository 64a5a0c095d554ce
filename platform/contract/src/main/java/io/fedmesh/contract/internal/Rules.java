package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.flag;
import static io.fedmesh.contract.internal.Shape.integerWithin;
import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.mapOf;
import static io.fedmesh.contract.internal.Shape.notBlank;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.oneOf;
import static io.fedmesh.contract.internal.Shape.scalar;
import static io.fedmesh.contract.internal.Shape.text;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.internal.Shape.Obj;
import io.fedmesh.contract.internal.Shape.Uniqueness;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What Fedmesh demands of a value, beyond the Open Data Contract Standard. */
final class Rules {
    /** A name of PostgreSQL that needs no quotes. */
    private static final String SQL_NAME = "[a-z_][a-z0-9_]{0,62}";

    static final Shape PART =
            scalar("match [a-z][a-z0-9-]{0,30}", s -> s.kind() == Node.Kind.TEXT && Names.isPart(s.text()));
    static final Shape CLASSIFICATION = oneOf(
            Arrays.stream(Classification.values()).map(Classification::toString).toList());
    static final Shape PROTECTION = oneOf(Arrays.stream(Contract.Protection.values())
            .map(Contract.Protection::toString)
            .toList());
    static final Shape SEMANTIC_VERSION =
            text(Pattern.compile("(0|[1-9][0-9]{0,3})\\.(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})"));
    static final Shape STATUS = oneOf("proposed", "draft", "active", "deprecated", "retired");
    /** A stable id of a person or a team. */
    static final Shape SUBJECT = text(Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,99}"));

    static final Shape COST_CENTRE = text(Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,30}"));
    static final Shape TABLE = text(Pattern.compile(SQL_NAME + "\\." + SQL_NAME));
    static final Shape COLUMN = text(Pattern.compile(SQL_NAME));
    static final Shape SQL_FILE = text(Pattern.compile("[a-z][a-z0-9-]{0,60}\\.sql"));
    static final Shape PERIOD = scalar(
            "be an ISO-8601 duration above zero, in days or less, such as P7D",
            s -> s.kind() == Node.Kind.TEXT && isDuration(s.text()));

    static final Shape DAY = scalar("be a day such as 2027-03-31", s -> s.kind() == Node.Kind.TEXT && isDay(s.text()));

    static final Obj DOMAIN = object().must("name", PART)
            .must("description", notBlank())
            .must("owner", SUBJECT)
            .must("costCentre", COST_CENTRE)
            .must("stewards", list(SUBJECT, 1, 100, Uniqueness.DISTINCT));

    static final Obj SOURCE = object().must("name", PART)
            .must("connection", PART)
            .must("heartbeatTable", TABLE)
            .must("truncate", oneOf("tombstones", "refuse"));

    /** Our own facts in a contract's {@code customProperties}, by name. */
    static final Map<String, Shape> CUSTOM_PROPERTIES = customProperties();

    private Rules() {}

    private static Map<String, Shape> customProperties() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("costCentre", COST_CENTRE);
        shapes.put("classification", CLASSIFICATION);
        shapes.put("key", list(notBlank(), 1, 8, Uniqueness.DISTINCT));
        shapes.put("erasureSubject", notBlank());
        shapes.put("source", object().must("name", PART).must("table", TABLE).must("columns", mapOf(COLUMN)));
        shapes.put("topology", PART);
        shapes.put("inputs", list(notBlank(), 1, 50, Uniqueness.DISTINCT));
        shapes.put("derivedFrom", mapOf(list(Inheritance.INPUT_FIELD, 1, 200, Uniqueness.DISTINCT)));
        shapes.put("declassifications", list(Inheritance.DECLASSIFICATION, 1, 200, Uniqueness.DISTINCT));
        shapes.put("reconcileSql", SQL_FILE);
        shapes.put("retention", object().must("history", PERIOD).must("tombstones", PERIOD));
        shapes.put("partitions", integerWithin(1, 1000));
        shapes.put("partitioning", LayoutRules.PARTITIONING);
        shapes.put("sortOrder", LayoutRules.SORT_ORDER);
        shapes.put(
                "upkeep",
                object().may("targetFileBytes", integerWithin(1 << 20, 1 << 30))
                        .may("minInputFiles", integerWithin(2, 100))
                        .may("snapshotRetention", within(Duration.ofMinutes(5), Duration.ofDays(30)))
                        .may("orphanAge", within(Duration.ofDays(1), Duration.ofDays(90)))
                        .may("holds", list(PART, 1, 20, Uniqueness.DISTINCT)));
        shapes.put(QualityRules.AUDITED, flag());
        shapes.put(DisclosureRules.MASKS, DisclosureRules.MASKS_SHAPE);
        shapes.put(RowFilterRules.ROW_FILTER, RowFilterRules.SHAPE);
        shapes.put(LifetimeRules.SUCCEEDED_BY, notBlank());
        shapes.put(LifetimeRules.SUCCEEDS, object().must("product", notBlank()).must("until", DAY));
        return shapes;
    }

    private static Shape within(Duration least, Duration most) {
        return scalar(
                "be an ISO-8601 duration of " + least + " to " + most,
                s -> s.kind() == Node.Kind.TEXT
                        && isDuration(s.text())
                        && Duration.parse(s.text()).compareTo(least) >= 0
                        && Duration.parse(s.text()).compareTo(most) <= 0);
    }

    private static boolean isDay(String text) {
        try {
            return LocalDate.parse(text).toString().equals(text) && text.length() == 10;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isDuration(String text) {
        try {
            Duration duration = Duration.parse(text);
            return !duration.isNegative() && !duration.isZero();
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
