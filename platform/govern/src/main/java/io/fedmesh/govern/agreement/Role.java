package io.fedmesh.govern.agreement;

import java.util.Locale;

/** What a person may be. Owner and steward are of one domain, the others of the mesh. */
public enum Role {
    /** Answers for a domain, and approves as a steward does. */
    OWNER,
    /** Approves what others ask of a domain's products. */
    STEWARD,
    /** May ask for agreements. */
    CONSUMER,
    /** Runs the mesh and tells it who and what there is; never an auditor. */
    OPERATOR,
    /** Reads the record of decisions; never an operator. */
    AUDITOR;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
