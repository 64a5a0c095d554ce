package io.fedmesh.contract;

import io.fedmesh.contract.internal.Breakage;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that stops working, or means something else, for whoever reads a product as its contract was.
 *
 * @param product the product
 * @param field the field that is read; null where all of the product is
 * @param kind what happens to it
 * @param detail what was and what is, for people; holds names and types alone
 */
public record Break(ProductName product, @Nullable String field, Kind kind, String detail) {

    /** What happens to a product or a field. */
    public enum Kind {
        /** No contract offers the product any more. */
        PRODUCT_GONE,
        /** Events come on another topic: what reads the old one gets nothing new. */
        TOPIC_MOVED,
        /** Entities are told apart by other fields. */
        KEY_CHANGED,
        /** The field is no more. */
        FIELD_GONE,
        /** The field has another name; tables keep the column's id, whoever names it does not find it. */
        FIELD_RENAMED,
        /** Old and new readers, or old and new data, do not fit together. */
        TYPE_CHANGED,
        /** A new field without a default: data that stands there has no value for it. */
        FIELD_WITHOUT_DEFAULT,
        /** What one person approved needs two now, and closes. */
        CLASSIFICATION_RAISED,
        /** The tables hold tokens where values were, or the reverse. */
        PROTECTION_CHANGED;

        /** In words: {@code field gone}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * All that breaks when {@code after} takes the place of {@code before}, in the order of products, then of what happens to
     * the whole product and of fields. New products break nothing.
     */
    public static List<Break> between(Contracts before, Contracts after) {
        return between(Offer.of(before), Offer.of(after));
    }

    /** The same of offers, each product once, as far as both sides are known. */
    public static List<Break> between(List<Offer> before, List<Offer> after) {
        return Breakage.between(before, after);
    }
}
