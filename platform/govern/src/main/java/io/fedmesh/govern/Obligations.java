package io.fedmesh.govern;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Mask;
import io.fedmesh.contract.RowFilter;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What somebody who may read a product is shown of it. Whoever opens product data for a reader applies them with a {@link
 * Lens}, or opens nothing. A value.
 *
 * @param fields the fields that are shown; null for all, those that the product gains as well
 * @param masks of fields that are shown, by name
 * @param rows which entities are shown; null for all
 */
public record Obligations(
        @Nullable Set<String> fields,
        Map<String, Mask> masks,
        @Nullable RowFilter rows) {
    /** All is shown as it stands. */
    public static final Obligations NONE = new Obligations(null, Map.of(), null);

    /** Nothing is shown. */
    public static final Obligations NOTHING = new Obligations(Set.of(), Map.of(), null);

    public Obligations {
        fields = fields == null ? null : Collections.unmodifiableSet(new TreeSet<>(fields));
        masks = Collections.unmodifiableMap(new TreeMap<>(masks));
    }

    /** These fields of a product, masked and filtered; {@link #NONE} where that leaves nothing out. */
    public static Obligations of(
            Contract contract, Set<String> fields, Map<String, Mask> masks, @Nullable RowFilter rows) {
        Set<String> shown = new TreeSet<>(contract.fields().keySet());
        shown.retainAll(fields);
        Map<String, Mask> worn = new TreeMap<>(masks);
        worn.keySet().retainAll(shown);
        boolean isWhole = shown.size() == contract.fields().size();
        return isWhole && worn.isEmpty() && rows == null ? NONE : new Obligations(shown, worn, rows);
    }

    /** Whether all is shown as it stands: only then may a reader have the bytes. */
    public boolean areNone() {
        return equals(NONE);
    }

    /** Whether the field is shown, masked or not. */
    public boolean shows(String field) {
        return fields == null || fields.contains(field);
    }
}
