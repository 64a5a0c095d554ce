package io.fedmesh.contract.internal;

import io.fedmesh.contract.Break;
import io.fedmesh.contract.Break.Kind;
import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Finds what a change breaks; see {@link Break}. */
public final class Breakage {
    private final Contract before;
    private final Contract after;
    private final List<Break> breaks = new ArrayList<>();

    private Breakage(Contract before, Contract after) {
        this.before = before;
        this.after = after;
    }

    /** In the order of products and fields. */
    public static List<Break> between(Contracts before, Contracts after) {
        List<Break> all = new ArrayList<>();
        for (Contract old : before.products()) {
            after.product(old.name())
                    .ifPresentOrElse(
                            now -> all.addAll(new Breakage(old, now).find()),
                            () -> all.add(new Break(
                                    old.name(),
                                    null,
                                    Kind.PRODUCT_GONE,
                                    "was on " + old.topic() + ", and no contract offers it now")));
        }
        return all;
    }

    private List<Break> find() {
        if (!before.topic().equals(after.topic())) {
            add(null, Kind.TOPIC_MOVED, "was " + before.topic() + " and is " + after.topic());
        }
        if (!before.keyFields().equals(after.keyFields())) {
            add(
                    null,
                    Kind.KEY_CHANGED,
                    "was " + String.join(", ", before.keyFields()) + " and is " + String.join(", ", after.keyFields()));
        }
        Map<String, String> renamed = new HashMap<>();
        after.schema().getFields().forEach(field -> field.aliases().forEach(alias -> renamed.put(alias, field.name())));
        for (Schema.Field old : before.schema().getFields()) {
            Schema.Field now = after.schema().getField(old.name());
            if (now == null) {
                gone(old, renamed.get(old.name()));
            } else {
                SchemaReaders.obstacle(old.schema(), now.schema())
                        .ifPresent(why -> add(old.name(), Kind.TYPE_CHANGED, why));
                guard(old.name());
            }
        }
        for (Schema.Field now : after.schema().getFields()) {
            boolean isNew = before.schema().getField(now.name()) == null
                    && now.aliases().stream().allMatch(alias -> before.schema().getField(alias) == null);
            if (isNew && !now.hasDefaultValue()) {
                add(
                        now.name(),
                        Kind.FIELD_WITHOUT_DEFAULT,
                        "is new and has no default for the events that stand there");
            }
        }
        return breaks;
    }

    private void gone(Schema.Field old, @Nullable String name) {
        if (name == null) {
            add(old.name(), Kind.FIELD_GONE, "was " + SchemaReaders.shown(old.schema()) + " and is no more");
        } else {
            add(old.name(), Kind.FIELD_RENAMED, "is '" + name + "' now");
        }
    }

    private void guard(String name) {
        Contract.Field was = before.fields().get(name);
        Contract.Field is = after.fields().get(name);
        if (was == null || is == null) {
            return;
        }
        if (was.classification().compareTo(Classification.CONFIDENTIAL) < 0
                && is.classification().compareTo(Classification.CONFIDENTIAL) >= 0) {
            add(
                    name,
                    Kind.CLASSIFICATION_RAISED,
                    "was " + was.classification() + " and is " + is.classification()
                            + ": what one person approved closes");
        }
        if (was.protection() != is.protection()) {
            add(name, Kind.PROTECTION_CHANGED, "was " + was.protection() + " and is " + is.protection());
        }
    }

    private void add(@Nullable String field, Kind kind, String detail) {
        breaks.add(new Break(before.name(), field, kind, detail));
    }
}
