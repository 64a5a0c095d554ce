package io.fedmesh.govern;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Mask;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.RowFilter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * {@link Obligations} as functions of one product's entities: the one place that masks and filters, for topics and tables
 * alike, so that the same reader is shown the same of both. Pure, apart from the tokens that it is given; as thread-safe as
 * these.
 */
public final class Lens {
    private static final String HIDDEN = "****";
    private static final int SHOWN_CHARACTERS = 4;
    /** Below this, four characters would tell most of the text. */
    private static final int MIN_CHARACTERS = 8;

    private final Contract contract;
    private final Obligations obligations;
    private final UnaryOperator<String> tokens;
    private final Set<String> tokenised;
    private final Schema schema;

    private Lens(Contract contract, Obligations obligations, UnaryOperator<String> tokens, Set<String> tokenised) {
        this.contract = contract;
        this.obligations = obligations;
        this.tokens = tokens;
        this.tokenised = tokenised;
        this.schema = shown();
    }

    /**
     * For entities as they stand on the product's topic.
     *
     * @param tokens the tokens of the product's domain, as they stand in its tables; asked only where a mask needs them
     */
    public static Lens ofTopic(Contract contract, Obligations obligations, UnaryOperator<String> tokens) {
        return new Lens(contract, obligations, tokens, Set.of());
    }

    /** For entities as they stand in the product's tables, which hold tokens for its tokenised fields. */
    public static Lens ofTables(Contract contract, Obligations obligations, UnaryOperator<String> tokens) {
        return new Lens(contract, obligations, tokens, contract.tokenised());
    }

    /** Whether the field is shown, masked or not; false for a name that is none of the product's fields. */
    public boolean shows(String field) {
        return contract.fields().containsKey(field) && obligations.shows(field);
    }

    /** The mask of a field that is shown; null where it is shown as it stands. */
    public @Nullable Mask mask(String field) {
        return obligations.masks().get(field);
    }

    /** The fields whose values decide whether an entity is shown. */
    public List<String> filterFields() {
        RowFilter rows = obligations.rows();
        return rows == null ? List.of() : rows.fields().stream().distinct().toList();
    }

    /** Whether an event that has no entity, because it is gone, is shown: never where entities are filtered. */
    public boolean showsAbsence() {
        return obligations.rows() == null;
    }

    /**
     * Whether the entity is shown.
     *
     * @param entity its values by field, as {@link RowFilter#admits} takes them
     */
    public boolean admits(Function<String, @Nullable Object> entity) {
        RowFilter rows = obligations.rows();
        return rows == null || rows.admits(entity);
    }

    /**
     * What is shown of a field's value; a null stays one.
     *
     * @throws IllegalArgumentException when the field is not shown, or its value is not of the type that its mask is for; the
     *     message holds no value
     */
    public @Nullable Object value(String field, @Nullable Object value) {
        if (!shows(field)) {
            throw new IllegalArgumentException("a field must be shown to be asked for but '" + field + "' is not");
        }
        Mask mask = mask(field);
        if (value == null || mask == Mask.REDACT) {
            return null;
        }
        return mask == null ? value : masked(field, mask, value);
    }

    /** The entity as it is shown, of {@link #schema()}; empty when it is not. */
    public Optional<GenericRecord> apply(GenericRecord entity) {
        if (!admits(field -> entity.hasField(field) ? entity.get(field) : null)) {
            return Optional.empty();
        }
        GenericRecord record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            record.put(field.pos(), value(field.name(), entity.get(field.name())));
        }
        return Optional.of(record);
    }

    /**
     * What is shown of a record's key: each key field's text under that field's mask; null where one of them is hidden.
     *
     * @param key as {@link Names#key} makes it
     */
    public @Nullable String key(String key) {
        List<String> fields = contract.keyFields();
        if (fields.stream().anyMatch(field -> !shows(field) || mask(field) == Mask.REDACT)) {
            return null;
        }
        if (fields.stream().allMatch(field -> mask(field) == null)) {
            return key;
        }
        Optional<List<String>> texts = Names.keyTexts(key, fields.size());
        if (texts.isEmpty()) {
            return null;
        }
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            Mask mask = mask(fields.get(i));
            String text = texts.get().get(i);
            shown.add(mask == null ? text : masked(fields.get(i), mask, text).toString());
        }
        return Names.key(shown);
    }

    /** The fields that are shown, with the types of what is shown of them. */
    public Schema schema() {
        return schema;
    }

    private Object masked(String field, Mask mask, Object value) {
        return switch (mask) {
            case REDACT -> throw new IllegalStateException("what is redacted must not be asked for");
            case HASH_TOKEN -> tokenised.contains(field) ? value.toString() : tokens.apply(text(field, value));
            case LAST_FOUR -> lastFour(text(field, value));
            case YEAR_ONLY -> year(field, value);
        };
    }

    private static String lastFour(String text) {
        int characters = text.codePointCount(0, text.length());
        return characters < MIN_CHARACTERS
                ? HIDDEN
                : HIDDEN + text.substring(text.offsetByCodePoints(0, characters - SHOWN_CHARACTERS));
    }

    private static String text(String field, Object value) {
        if (value instanceof CharSequence || value instanceof Integer || value instanceof Long) {
            return value.toString();
        }
        throw mismatch(field, value);
    }

    private static Integer year(String field, Object value) {
        if (value instanceof LocalDate date) {
            return date.getYear();
        }
        if (value instanceof Instant time) {
            return time.atOffset(ZoneOffset.UTC).getYear();
        }
        if (value instanceof OffsetDateTime time) {
            return time.withOffsetSameInstant(ZoneOffset.UTC).getYear();
        }
        throw mismatch(field, value);
    }

    private static IllegalArgumentException mismatch(String field, Object value) {
        return new IllegalArgumentException(
                "a value of '" + field + "' must be of the type that its mask is for but was a "
                        + value.getClass().getSimpleName());
    }

    private Schema shown() {
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : contract.schema().getFields()) {
            if (shows(field.name())) {
                Schema type = shown(field.schema(), mask(field.name()));
                boolean isOptional = type.isUnion();
                fields.add(
                        isOptional
                                ? new Schema.Field(field.name(), type, field.doc(), JsonProperties.NULL_VALUE)
                                : new Schema.Field(field.name(), type, field.doc()));
            }
        }
        Schema of = contract.schema();
        return Schema.createRecord(of.getName(), of.getDoc(), of.getNamespace(), false, fields);
    }

    private static Schema shown(Schema type, @Nullable Mask mask) {
        if (mask == null) {
            return type;
        }
        Schema masked = switch (mask) {
            case REDACT -> type;
            case HASH_TOKEN, LAST_FOUR -> Schema.create(Schema.Type.STRING);
            case YEAR_ONLY -> Schema.create(Schema.Type.INT);
        };
        boolean isOptional = type.isUnion() || mask == Mask.REDACT;
        return isOptional && !masked.isUnion() ? Schema.createUnion(Schema.create(Schema.Type.NULL), masked) : masked;
    }
}
