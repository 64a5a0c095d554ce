package io.fedmesh.contract.internal;

import io.fedmesh.contract.Break;
import io.fedmesh.contract.Break.Kind;
import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Offer;
import io.fedmesh.contract.ProductName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Finds what a change breaks; see {@link Break}. */
public final class Breakage {
    private final Offer before;
    private final Offer after;
    private final List<Break> breaks = new ArrayList<>();

    private Breakage(Offer before, Offer after) {
        this.before = before;
        this.after = after;
    }

    /** In the order of products and fields. */
    public static List<Break> between(List<Offer> before, List<Offer> after) {
        Map<ProductName, Offer> offered = new HashMap<>();
        after.forEach(offer -> offered.put(offer.name(), offer));
        List<Break> all = new ArrayList<>();
        for (Offer old : before) {
            Offer now = offered.get(old.name());
            if (now != null) {
                all.addAll(new Breakage(old, now).find());
            } else {
                all.add(new Break(
                        old.name(),
                        null,
                        Kind.PRODUCT_GONE,
                        "was on " + old.topic() + ", and no contract offers it now"));
            }
        }
        return all;
    }

    private List<Break> find() {
        if (!before.topic().equals(after.topic())) {
            add(null, Kind.TOPIC_MOVED, "was " + before.topic() + " and is " + after.topic());
        }
        List<String> was = before.key();
        List<String> is = after.key();
        if (was != null && is != null && !was.equals(is)) {
            add(null, Kind.KEY_CHANGED, "was " + String.join(", ", was) + " and is " + String.join(", ", is));
        }
        Schema old = before.schema();
        Schema now = after.schema();
        if (old != null && now != null) {
            fields(old, now);
        }
        return breaks;
    }

    private void fields(Schema was, Schema is) {
        Map<String, String> renamed = new HashMap<>();
        is.getFields().forEach(field -> field.aliases().forEach(alias -> renamed.put(alias, field.name())));
        for (Schema.Field old : was.getFields()) {
            Schema.Field now = is.getField(old.name());
            if (now == null) {
                gone(old, renamed.get(old.name()));
            } else {
                SchemaReaders.obstacle(old.schema(), now.schema())
                        .ifPresent(why -> add(old.name(), Kind.TYPE_CHANGED, why));
                guard(old.name());
            }
        }
        for (Schema.Field now : is.getFields()) {
            boolean isNew = was.getField(now.name()) == null
                    && now.aliases().stream().allMatch(alias -> was.getField(alias) == null);
            if (isNew && !now.hasDefaultValue()) {
                add(
                        now.name(),
                        Kind.FIELD_WITHOUT_DEFAULT,
                        "is new and has no default for the events that stand there");
            }
        }
    }

    private void gone(Schema.Field old, @Nullable String name) {
        if (name == null) {
            add(old.name(), Kind.FIELD_GONE, "was " + SchemaReaders.shown(old.schema()) + " and is no more");
        } else {
            add(old.name(), Kind.FIELD_RENAMED, "is '" + name + "' now");
        }
    }

    private void guard(String name) {
        Classification was = before.classifications().get(name);
        Classification is = after.classifications().get(name);
        if (was != null
                && is != null
                && was.compareTo(Classification.CONFIDENTIAL) < 0
                && is.compareTo(Classification.CONFIDENTIAL) >= 0) {
            add(name, Kind.CLASSIFICATION_RAISED, "was " + was + " and is " + is + ": what one person approved closes");
        }
        Set<String> old = before.tokenised();
        Set<String> now = after.tokenised();
        if (old != null && now != null && old.contains(name) != now.contains(name)) {
            add(
                    name,
                    Kind.PROTECTION_CHANGED,
                    "was " + protection(old.contains(name)) + " and is " + protection(now.contains(name)));
        }
    }

    private static Contract.Protection protection(boolean isTokenised) {
        return isTokenised ? Contract.Protection.TOKENISE : Contract.Protection.CLEAR;
    }

    private void add(@Nullable String field, Kind kind, String detail) {
        breaks.add(new Break(before.name(), field, kind, detail));
    }
}
