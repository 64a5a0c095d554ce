package io.fedmesh.govern;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Allow or deny, with its reasons for the one who asked and for the record.
 *
 * @param reasons not empty; they hold no data
 * @param agreements ids of the agreements that it rests on; empty where there is none
 * @param policyHash SHA-256, in hexadecimal digits, of all that decided: the contract with its masks and filter, the
 *     agreements and the rules; null where no agreement was looked at
 * @param obligations what is shown with a yes; with a no, nothing
 */
public record Decision(
        boolean allowed,
        List<String> reasons,
        Set<String> agreements,
        @Nullable String policyHash,
        Obligations obligations) {
    public Decision {
        reasons = List.copyOf(reasons);
        agreements = Collections.unmodifiableSet(new TreeSet<>(agreements));
        if (reasons.isEmpty()) {
            throw new IllegalArgumentException("'reasons' must hold one or more but was empty");
        }
        if (!allowed && !obligations.equals(Obligations.NOTHING)) {
            throw new IllegalArgumentException("'obligations' of a no must show nothing but show something");
        }
    }

    /** Yes, to all as it stands, because. */
    public static Decision allow(String reason) {
        return new Decision(true, List.of(reason), Set.of(), null, Obligations.NONE);
    }

    /** No, because. */
    public static Decision deny(String reason) {
        return new Decision(false, List.of(reason), Set.of(), null, Obligations.NOTHING);
    }
}
