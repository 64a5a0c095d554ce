package io.fedmesh.contract;

import java.util.Locale;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/** What stands in the place of a field's value for a reader who may not see it as it is; the strictest first. */
public enum Mask {
    /** Nothing: the value is null. */
    REDACT,
    /** The token of the value's text under the key of the product's domain: equal values of a domain have equal tokens. */
    HASH_TOKEN,
    /** {@code ****} and the last four characters; of a text of fewer than eight, {@code ****} alone. */
    LAST_FOUR,
    /** The year, a number. */
    YEAR_ONLY;

    /**
     * Whether values of a type can be masked so.
     *
     * @param type a field's type, or that of an optional field
     */
    public boolean fits(Schema type) {
        Schema value = type.isUnion() ? type.getTypes().get(type.getTypes().size() - 1) : type;
        LogicalType logical = value.getLogicalType();
        return switch (this) {
            case REDACT -> true;
            case HASH_TOKEN ->
                logical == null
                        && (value.getType() == Schema.Type.STRING
                                || value.getType() == Schema.Type.INT
                                || value.getType() == Schema.Type.LONG);
            case LAST_FOUR -> logical == null && value.getType() == Schema.Type.STRING;
            case YEAR_ONLY ->
                logical != null
                        && (logical.getName().equals("date")
                                || logical.getName().equals("timestamp-micros"));
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
