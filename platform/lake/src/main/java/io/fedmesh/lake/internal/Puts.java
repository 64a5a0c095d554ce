package io.fedmesh.lake.internal;

import io.fedmesh.lake.TableRefusedException;
import io.fedmesh.lake.Tokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What brings encoded values into columns, compiled from Avro's resolution of the writer's schema and the table's types.
 * Levels are Dremel's, as Parquet has them: the definition level of each place is known when it is compiled, the repetition
 * level comes with the value. Names of fields within fields are those of the contract's schema.
 */
final class Puts {
    /** Reads one value and writes it, or the nothing that it is, to all columns under it. */
    interface Put {
        void put(AvroInput in, int repetition);
    }

    /** A place in the table: its type, whether it may be null, and the levels above it. */
    private record Place(String where, Type type, boolean isOptional, int definition, int repetition) {
        /** The level of a value that is there. */
        int present() {
            return isOptional ? definition + 1 : definition;
        }
    }

    private final Map<Integer, Column> columns;
    private final Set<Integer> tokenised;
    private final @Nullable Tokens tokens;
    private final AvroChecks skips = new AvroChecks();

    /**
     * @param columns by the id of their field
     * @param tokenised ids of the columns that get tokens
     * @param tokens null when no column does
     */
    Puts(Map<Integer, Column> columns, Set<Integer> tokenised, @Nullable Tokens tokens) {
        this.columns = columns;
        this.tokenised = tokenised;
        this.tokens = tokens;
    }

    /** What brings a whole record into these fields of a table; the record is there. */
    Put record(Resolver.RecordAdjust record, List<Types.NestedField> fields, String where) {
        return struct(record, fields, where, 0, 0);
    }

    /** The columns under a type, in their order. */
    Column[] leaves(Types.NestedField field) {
        List<Column> leaves = new ArrayList<>();
        leaves(field.fieldId(), field.type(), leaves);
        return leaves.toArray(Column[]::new);
    }

    private void leaves(int id, Type type, List<Column> to) {
        if (type.isPrimitiveType()) {
            to.add(column(id));
        } else {
            type.asNestedType().fields().forEach(field -> leaves(field.fieldId(), field.type(), to));
        }
    }

    private Put struct(
            Resolver.RecordAdjust record,
            List<Types.NestedField> fields,
            String where,
            int definition,
            int repetition) {
        Map<String, Types.NestedField> open = new HashMap<>();
        fields.forEach(field -> open.put(field.name(), field));
        List<Put> puts = new ArrayList<>();
        int read = 0;
        for (Resolver.Action action : record.fieldActions) {
            Schema.Field to = action.type == Resolver.Action.Type.SKIP ? null : record.readerOrder[read++];
            Types.NestedField field = to == null ? null : open.remove(to.name());
            if (field == null) {
                AvroChecks.Check skip = skips.skip(action.writer);
                puts.add((in, level) -> skip.check(in));
            } else {
                puts.add(field(action, field, where, definition, repetition));
            }
        }
        for (; read < record.readerOrder.length; read++) {
            Schema.Field missing = record.readerOrder[read];
            Types.NestedField field = open.remove(missing.name());
            if (field != null) {
                Resolver.Action same = AvroWalk.resolve(missing.schema(), missing.schema());
                Put put = field(same, field, where, definition, repetition);
                byte[] value = AvroDefaults.encoded(missing);
                AvroInput from = new AvroInput();
                puts.add((in, level) -> put.put(from.begin(value, 0), level));
            }
        }
        for (Types.NestedField field : fields) {
            if (open.containsKey(field.name())) {
                puts.add(none(field, where, definition));
            }
        }
        Put[] all = puts.toArray(Put[]::new);
        return (in, level) -> {
            for (Put put : all) {
                put.put(in, level);
            }
        };
    }

    /** A column that the writer knows nothing of. */
    private Put none(Types.NestedField field, String where, int definition) {
        demandOptional(where + "." + field.name(), field.isOptional());
        return nothing(leaves(field), definition);
    }

    private static Put nothing(Column[] leaves, int definition) {
        return (in, level) -> {
            for (Column leaf : leaves) {
                leaf.writeNull(level, definition);
            }
        };
    }

    private Put field(Resolver.Action action, Types.NestedField field, String where, int definition, int repetition) {
        Place place = new Place(where + "." + field.name(), field.type(), field.isOptional(), definition, repetition);
        return value(action, field, place);
    }

    private Put value(Resolver.Action action, Types.NestedField field, Place place) {
        return switch (action.type) {
            case WRITER_UNION -> {
                Resolver.Action[] actions = ((Resolver.WriterUnion) action).actions;
                Put[] branches = new Put[actions.length];
                for (int i = 0; i < actions.length; i++) {
                    branches[i] = value(actions[i], field, place);
                }
                yield (in, level) -> branches[in.readIndex(branches.length)].put(in, level);
            }
            case READER_UNION -> value(((Resolver.ReaderUnion) action).actualAction, field, place);
            case DO_NOTHING, PROMOTE -> {
                if (action.writer.getType() == Schema.Type.NULL) {
                    demandOptional(place.where(), place.isOptional());
                    yield nothing(leaves(field), place.definition());
                }
                Leaves leaves = new Leaves(place.where());
                yield tokenised.contains(field.fieldId())
                        ? leaves.token(action.writer, place.type(), tokens, column(field.fieldId()))
                        : leaves.of(action.writer, action.reader, place.type(), column(field.fieldId()));
            }
            case ENUM -> {
                demand(place, Type.TypeID.STRING);
                Resolver.EnumAdjust symbols = (Resolver.EnumAdjust) action;
                yield Leaves.symbols(symbols.adjustments, action.reader, column(field.fieldId()));
            }
            case RECORD -> {
                demand(place, Type.TypeID.STRUCT);
                yield struct(
                        (Resolver.RecordAdjust) action,
                        place.type().asStructType().fields(),
                        place.where(),
                        place.present(),
                        place.repetition());
            }
            case CONTAINER ->
                action.writer.getType() == Schema.Type.ARRAY
                        ? list((Resolver.Container) action, field, place)
                        : map((Resolver.Container) action, field, place);
            case SKIP, ERROR ->
                (in, level) -> {
                    throw new IllegalStateException("[" + place.where() + "] such a record must have been refused");
                };
        };
    }

    private Put list(Resolver.Container action, Types.NestedField field, Place place) {
        demand(place, Type.TypeID.LIST);
        Types.NestedField element = place.type().asListType().fields().get(0);
        int next = place.repetition() + 1;
        Put item = field(action.elementAction, element, place.where(), place.present() + 1, next);
        return items(item, nothing(leaves(field), place.present()), next);
    }

    private Put map(Resolver.Container action, Types.NestedField field, Place place) {
        demand(place, Type.TypeID.MAP);
        Types.MapType type = place.type().asMapType();
        int next = place.repetition() + 1;
        Put key = Leaves.text(column(type.keyId()));
        Put value = field(action.elementAction, type.fields().get(1), place.where(), place.present() + 1, next);
        Put item = (in, level) -> {
            key.put(in, level);
            value.put(in, level);
        };
        return items(item, nothing(leaves(field), place.present()), next);
    }

    private static Put items(Put item, Put none, int next) {
        return (in, level) -> {
            int at = level;
            for (int count = in.readBlock(); count > 0; count = in.readBlock()) {
                for (int i = 0; i < count; i++) {
                    item.put(in, at);
                    at = next;
                }
            }
            if (at == level) {
                none.put(in, level);
            }
        };
    }

    private Column column(int fieldId) {
        @Nullable Column column = columns.get(fieldId);
        if (column == null) {
            throw new IllegalStateException("a file must have a column for field " + fieldId);
        }
        return column;
    }

    private static void demand(Place place, Type.TypeID type) {
        if (place.type().typeId() != type) {
            throw new TableRefusedException(
                    "[" + place.where() + "] the column must be a " + type + " but is " + place.type());
        }
    }

    private static void demandOptional(String where, boolean isOptional) {
        if (!isOptional) {
            throw new TableRefusedException("[" + where + "] the column must be optional but is required");
        }
    }
}
