package io.fedmesh.contract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What those who read a product by agreement are shown of it, on its topic and in its tables alike, unless they read for the
 * domain that owns it: that one sees all of it as it stands. A value.
 *
 * <pre>{@code
 * - property: masks       # a field's own goes before its tags', these before its classification's; of equals, the strictest
 *   value:
 *     - {field: account, mask: last-four}
 *     - {tag: PII, mask: hash-token}
 *     - {classification: confidential, mask: redact}   # or above
 * - property: rowFilter
 *   value:
 *     and:
 *       - {field: status, operator: in, values: [open, doing]}
 *       - or:
 *           - {field: due_date, operator: atLeast, value: 2026-01-01}
 *           - {field: due_date, operator: isNull}
 * }</pre>
 *
 * @param masks by field; one that is not named is shown as it is
 * @param rows which entities are shown; null for all. With one, no event without an entity is shown, as nobody can tell
 *     whether the entity that is gone was one that may be known of
 */
public record Disclosure(Map<String, Mask> masks, @Nullable RowFilter rows) {
    /** What {@link #digest()} is where all is shown as it stands. */
    public static final String WHOLE = "whole";

    private static final String PERSONAL = "PII";

    public Disclosure {
        masks = Collections.unmodifiableMap(new TreeMap<>(masks));
    }

    /**
     * SHA-256 of masks and filter in hexadecimal digits, the same for equal ones alone; {@link #WHOLE} where there are none.
     */
    public String digest() {
        if (masks.isEmpty() && rows == null) {
            return WHOLE;
        }
        try {
            byte[] text = (masks + "\n" + rows).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("[java] SHA-256 must be there but was not", e);
        }
    }

    /** What is shown where the contract says nothing. */
    static Disclosure usual(Map<String, Contract.Field> fields) {
        Map<String, Mask> masks = new TreeMap<>();
        fields.forEach((name, field) -> {
            Mask mask = usual(field);
            if (mask != null) {
                masks.put(name, mask);
            }
        });
        return new Disclosure(masks, null);
    }

    /**
     * The mask of a field for which the contract names none: what is restricted or about persons is hidden, and what the
     * tables hold as tokens is a token everywhere. Null for any other.
     */
    public static @Nullable Mask usual(Contract.Field field) {
        if (field.tags().contains(PERSONAL) || field.classification().compareTo(Classification.RESTRICTED) >= 0) {
            return Mask.REDACT;
        }
        return field.protection() == Contract.Protection.TOKENISE ? Mask.HASH_TOKEN : null;
    }
}
