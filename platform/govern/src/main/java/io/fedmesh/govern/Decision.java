package io.fedmesh.govern;

import java.util.List;

/**
 * Allow or deny, with its reasons for the one who asked and for the record.
 *
 * @param reasons not empty; they hold no data
 */
public record Decision(boolean allowed, List<String> reasons) {
    public Decision {
        reasons = List.copyOf(reasons);
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("'reasons' must hold one or more but was empty");
        }
    }

    /** Yes, because. */
    public static Decision allow(String reason) {
        return new Decision(true, List.of(reason));
    }

    /** No, because. */
    public static Decision deny(String reason) {
        return new Decision(false, List.of(reason));
    }
}
