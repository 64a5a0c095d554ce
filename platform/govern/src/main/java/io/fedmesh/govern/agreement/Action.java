package io.fedmesh.govern.agreement;

import io.fedmesh.contract.ProductName;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** What somebody does. Each refuses bad parts with {@link IllegalArgumentException}; whether it is allowed is another question. */
public sealed interface Action {
    /** Tells who and what there is from now on. */
    record Install(Directory directory) implements Action {}

    /** What is done to one agreement. */
    sealed interface OfAgreement extends Action {
        /** Id of the agreement, chosen by the one who asks: {@code [a-z0-9][a-z0-9-]{0,62}}. */
        String agreement();
    }

    /** Asks for a new agreement. */
    record Ask(String agreement, ProductName product, Consumer consumer, Terms terms) implements OfAgreement {
        public Ask {
            Texts.id("agreement", agreement);
        }
    }

    /** Asks for something else instead, while nothing is decided; approvals that were given are void. */
    record Edit(String agreement, Terms terms) implements OfAgreement {
        public Edit {
            Texts.id("agreement", agreement);
        }
    }

    /** Asks anew for what was granted; until it is approved, what was granted holds to its end. */
    record Renew(String agreement, Terms terms) implements OfAgreement {
        public Renew {
            Texts.id("agreement", agreement);
        }
    }

    /**
     * Says yes.
     *
     * @param requestHash of the request that was read
     */
    record Approve(String agreement, String requestHash) implements OfAgreement {
        public Approve {
            Texts.id("agreement", agreement);
            Texts.hash("requestHash", requestHash);
        }
    }

    /** Says no to a request; an earlier grant of the same agreement holds to its end. */
    record Deny(String agreement, String requestHash, String reason) implements OfAgreement {
        public Deny {
            Texts.id("agreement", agreement);
            Texts.hash("requestHash", requestHash);
            Texts.remark("reason", reason);
        }
    }

    /** Ends an agreement for good. */
    record Revoke(String agreement, String reason) implements OfAgreement {
        public Revoke {
            Texts.id("agreement", agreement);
            Texts.remark("reason", reason);
        }
    }

    /**
     * Takes access in an emergency, for oneself and without approval: it is open at once, for hours at most, and somebody
     * else must look at it afterwards.
     *
     * @param until when it ends, exclusive
     */
    record BreakGlass(String agreement, ProductName product, String reason, Instant until, Set<String> fields)
            implements OfAgreement {
        public BreakGlass {
            Texts.id("agreement", agreement);
            Texts.remark("reason", reason);
            Set<String> sorted = new TreeSet<>();
            fields.forEach(field -> sorted.add(Texts.field(field)));
            if (sorted.isEmpty() || sorted.size() > Terms.MAX_FIELDS) {
                throw new IllegalArgumentException(
                        "'fields' must name 1 to " + Terms.MAX_FIELDS + " but were " + sorted.size());
            }
            fields = Collections.unmodifiableSet(sorted);
        }
    }

    /** Judges a broken glass afterwards. */
    record Review(String agreement, Finding finding, String remark) implements OfAgreement {
        public Review {
            Texts.id("agreement", agreement);
            Texts.remark("remark", remark);
        }
    }

    /** What a review finds. */
    enum Finding {
        JUSTIFIED,
        /** It was not; whatever of it is left ends. */
        MISUSE
    }
}
