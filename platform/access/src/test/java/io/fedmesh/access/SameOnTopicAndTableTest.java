package io.fedmesh.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Mask;
import io.fedmesh.contract.RowFilter;
import io.fedmesh.govern.Obligations;
import io.fedmesh.govern.Principal;
import io.fedmesh.lake.Tokens;
import io.fedmesh.testkit.MemoryRegistry;
import io.fedmesh.wire.EventCodec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random entities, obligations and filters: whoever reads the topic and whoever reads the tables are shown the same events, the
 * same fields and the same values, and those that plain code written for this test says.
 */
class SameOnTopicAndTableTest {
    private static final long SEED = Long.getLong("fedmesh.seed", 20_261_126L);
    private static final int RUNS = 40;
    private static final Principal READER = new Principal("u-1");
    private static final Tokens TOKENS = Tokens.ofDomain(Shown.CONTRACT, Fixtures.TOKEN_KEYS);
    private static final List<String> TEXTS = List.of(
            "", "a", "4000-0000-1234", "é", "\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00abcd1234", "b|c\\d");

    static List<Long> seeds() {
        return new Random(SEED).longs(RUNS).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void topicAndTablesShowTheSame(long seed) {
        Random random = new Random(seed);
        Obligations obligations = obligations(random);
        EventCodec codec = new EventCodec(Shown.CONTRACT, MemoryRegistry.of(Shown.CONTRACTS));
        List<ConsumerRecord<byte[], byte[]>> topic = new ArrayList<>();
        List<Record> history = new ArrayList<>();
        Map<String, Record> latest = new TreeMap<>();
        Map<Long, Map<String, @Nullable Object>> expected = new TreeMap<>();
        for (long offset = 0; offset < 30; offset++) {
            String id = "P|" + random.nextInt(8);
            GenericRecord entity = random.nextInt(6) == 0 ? null : entity(random, id);
            topic.add(Shown.record(codec, offset, id, entity));
            history.add(historyRow(offset, id, entity));
            latest.remove(id);
            if (entity != null) {
                latest.put(id, row(Shown.LATEST, entity, offset));
            }
            Map<String, @Nullable Object> shown = expected(obligations, id, entity);
            if (shown != null) {
                expected.put(offset, shown);
            }
        }
        FakeTables tables = new FakeTables();
        tables.put(TableName.history(Shown.PAYEE), Shown.HISTORY, history, Map.of(0, 30L));
        tables.put(TableName.latest(Shown.PAYEE), Shown.LATEST, List.copyOf(latest.values()), Map.of(0, 30L));

        assertThat(onTopic(obligations, topic)).as("topic, seed " + seed).isEqualTo(expected);
        assertThat(inHistory(obligations, tables)).as("history, seed " + seed).isEqualTo(expected);
        Map<Long, Map<String, @Nullable Object>> newest = new TreeMap<>();
        latest.values().forEach(row -> {
            long offset = new BigInteger(((String) row.getField("mesh_version")).substring(16, 32), 16).longValue();
            if (expected.containsKey(offset)) {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>(expected.get(offset));
                fields.keySet().removeIf(name -> name.startsWith("mesh_"));
                newest.put(offset, fields);
            }
        });
        assertThat(inLatest(obligations, tables)).as("latest, seed " + seed).isEqualTo(newest);
    }

    private static Map<Long, Map<String, @Nullable Object>> onTopic(
            Obligations obligations, List<ConsumerRecord<byte[], byte[]>> topic) {
        Map<Long, Map<String, @Nullable Object>> shown = new TreeMap<>();
        ProductEvents.Account account = new ProductEvents(
                        Shown.CONTRACTS,
                        MemoryRegistry.of(Shown.CONTRACTS),
                        Shown.policy(obligations),
                        Shown.feed(topic),
                        Fixtures.TOKEN_KEYS,
                        InstantSource.system())
                .read(
                        READER,
                        Shown.PAYEE,
                        "to test",
                        new TopicFeed.Start.Earliest(),
                        ProductEvents.End.AT_THE_END,
                        Long.MAX_VALUE,
                        event -> {
                            Map<String, @Nullable Object> fields = new TreeMap<>();
                            if (event.value() != null) {
                                fields.putAll(event.value());
                            }
                            fields.put("mesh_key", event.key());
                            fields.put("mesh_op", event.headers().get("mesh_op"));
                            assertThat(event.headers().get("ce_subject")).isEqualTo(event.key());
                            shown.put(event.offset(), fields);
                        });
        assertThat(account).isEqualTo(new ProductEvents.Account(shown.size(), 0));
        return shown;
    }

    private static Map<Long, Map<String, @Nullable Object>> inHistory(Obligations obligations, FakeTables tables) {
        Map<Long, Map<String, @Nullable Object>> shown = new TreeMap<>();
        for (Map<String, @Nullable Object> row : rows(obligations, tables, "select * from yard.payee_history")) {
            long offset = (Long) java.util.Objects.requireNonNull(row.remove("mesh_offset"));
            row.remove("mesh_version");
            if ("d".equals(row.get("mesh_op"))) {
                // The table repeats the key in its columns; nothing else of the entity is there.
                row.keySet().removeIf(name -> !name.startsWith("mesh_"));
            }
            shown.put(offset, row);
        }
        return shown;
    }

    private static Map<Long, Map<String, @Nullable Object>> inLatest(Obligations obligations, FakeTables tables) {
        Map<Long, Map<String, @Nullable Object>> shown = new TreeMap<>();
        for (Map<String, @Nullable Object> row : rows(obligations, tables, "select * from yard.payee_latest")) {
            String version = (String) java.util.Objects.requireNonNull(row.remove("mesh_version"));
            shown.put(new BigInteger(version.substring(16, 32), 16).longValue(), row);
        }
        return shown;
    }

    private static List<Map<String, @Nullable Object>> rows(Obligations obligations, FakeTables tables, String sql) {
        try (QueryEngine engine = new QueryEngine(
                Shown.CONTRACTS, tables, Shown.policy(obligations), Fixtures.TOKEN_KEYS, QueryLimits.DEFAULT)) {
            QueryResult result = engine.query(sql, READER, "to test");
            List<Map<String, @Nullable Object>> rows = new ArrayList<>();
            for (List<@Nullable Object> values : result.rows()) {
                Map<String, @Nullable Object> row = new TreeMap<>();
                for (int i = 0; i < values.size(); i++) {
                    row.put(result.columns().get(i).name(), values.get(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** What is shown of an event, told without the lens; null when nothing is. */
    private static @Nullable Map<String, @Nullable Object> expected(
            Obligations obligations, String id, @Nullable GenericRecord entity) {
        RowFilter rows = obligations.rows();
        if (rows != null && (entity == null || !rows.admits(field -> entity.get(field)))) {
            return null;
        }
        Map<String, @Nullable Object> shown = new TreeMap<>();
        shown.put("mesh_op", entity == null ? "d" : "u");
        boolean hasKey = obligations.shows("id") && obligations.masks().get("id") != Mask.REDACT;
        shown.put("mesh_key", hasKey ? masked(obligations.masks().get("id"), id) : null);
        if (entity != null) {
            for (Schema.Field field : Shown.SCHEMA.getFields()) {
                if (obligations.shows(field.name())) {
                    shown.put(field.name(), masked(obligations.masks().get(field.name()), entity.get(field.name())));
                }
            }
        }
        return shown;
    }

    private static @Nullable Object masked(@Nullable Mask mask, @Nullable Object value) {
        if (mask == null || value == null) {
            return value;
        }
        return switch (mask) {
            case REDACT -> null;
            case HASH_TOKEN -> TOKENS.token(String.valueOf(value));
            case LAST_FOUR -> {
                int[] points = value.toString().codePoints().toArray();
                yield "****" + (points.length < 8 ? "" : new String(points, points.length - 4, 4));
            }
            case YEAR_ONLY ->
                value instanceof LocalDate date
                        ? date.getYear()
                        : ((Instant) value).atZone(ZoneOffset.UTC).getYear();
        };
    }

    private static Obligations obligations(Random random) {
        Set<String> fields = new TreeSet<>();
        Map<String, Mask> masks = new TreeMap<>();
        for (Schema.Field field : Shown.SCHEMA.getFields()) {
            if (random.nextInt(5) > 0) {
                fields.add(field.name());
            }
            List<Mask> fitting = Arrays.stream(Mask.values())
                    .filter(mask -> mask.fits(field.schema()))
                    .toList();
            boolean isToken = field.name().equals("email");
            if (isToken) {
                masks.put("email", random.nextBoolean() ? Mask.REDACT : Mask.HASH_TOKEN);
            } else if (random.nextInt(3) == 0) {
                masks.put(field.name(), fitting.get(random.nextInt(fitting.size())));
            }
        }
        fields.add("number");
        RowFilter rows = random.nextInt(3) == 0 ? null : filter(random, 3);
        return Obligations.of(Shown.CONTRACT, fields, masks, rows);
    }

    private static RowFilter filter(Random random, int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            List<RowFilter> parts = List.of(filter(random, depth - 1), filter(random, depth - 1));
            return random.nextBoolean() ? new RowFilter.And(parts) : new RowFilter.Or(parts);
        }
        RowFilter.Operator operator = RowFilter.Operator.values()[random.nextInt(RowFilter.Operator.values().length)];
        Map<String, Object> constants = Map.of(
                "number", (long) random.nextInt(10),
                "big", (long) random.nextInt(10),
                "amount", BigDecimal.valueOf(random.nextInt(1_000), 2),
                "born", LocalDate.of(2000 + random.nextInt(10), 1, 1),
                "at", Instant.ofEpochSecond(random.nextInt(1_000_000)));
        List<String> names = new ArrayList<>(new TreeSet<>(constants.keySet()));
        if (!operator.isOrder()) {
            names.addAll(List.of("account", "flag"));
        }
        String field = names.get(random.nextInt(names.size()));
        Object constant = switch (field) {
            case "account" -> TEXTS.get(random.nextInt(TEXTS.size()));
            case "flag" -> random.nextBoolean();
            default -> java.util.Objects.requireNonNull(constants.get(field));
        };
        return new RowFilter.Comparison(field, operator, operator.takesNone() ? List.of() : List.of(constant));
    }

    private static GenericRecord entity(Random random, String id) {
        GenericRecord entity = Shown.entity(id);
        entity.put("account", random.nextInt(4) == 0 ? null : TEXTS.get(random.nextInt(TEXTS.size())));
        entity.put("email", random.nextInt(4) == 0 ? null : "p" + random.nextInt(3) + "@example.org");
        entity.put("number", random.nextInt(10));
        entity.put("big", random.nextInt(4) == 0 ? null : (long) random.nextInt(10));
        entity.put("amount", random.nextInt(4) == 0 ? null : BigDecimal.valueOf(random.nextInt(1_000), 2));
        entity.put("born", random.nextInt(4) == 0 ? null : LocalDate.of(2000 + random.nextInt(10), 1, 1));
        entity.put("at", Instant.ofEpochSecond(random.nextInt(1_000_000), 1_000L * random.nextInt(1_000_000)));
        entity.put("flag", random.nextInt(4) == 0 ? null : random.nextBoolean());
        entity.put("words", List.of("w" + random.nextInt(3)));
        return entity;
    }

    private static Record historyRow(long offset, String id, @Nullable GenericRecord entity) {
        Record row = entity == null
                ? org.apache.iceberg.data.GenericRecord.create(Shown.HISTORY)
                : row(Shown.HISTORY, entity, offset);
        row.setField("id", id);
        row.setField("mesh_key", id);
        row.setField("mesh_op", entity == null ? "d" : "u");
        row.setField("mesh_version", Shown.version(offset).hex());
        row.setField("mesh_offset", offset);
        return row;
    }

    /** As the sink writes it. */
    private static Record row(org.apache.iceberg.Schema columns, GenericRecord entity, long offset) {
        Record row = org.apache.iceberg.data.GenericRecord.create(columns);
        for (Types.NestedField column : columns.columns()) {
            if (entity.hasField(column.name())) {
                Object value = entity.get(column.name());
                if (column.name().equals("email") && value != null) {
                    value = TOKENS.token(value.toString());
                }
                row.setField(column.name(), value instanceof Instant time ? time.atOffset(ZoneOffset.UTC) : value);
            }
        }
        row.setField("mesh_version", Shown.version(offset).hex());
        return row;
    }
}
