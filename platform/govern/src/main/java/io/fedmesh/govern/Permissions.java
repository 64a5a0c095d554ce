package io.fedmesh.govern;

import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.Role;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may do what by role: one table, asked by every command that decides so. What depends on an agreement besides (who asked
 * for it, what state it is in) is decided by the workflow, which asks more than this and never less. Thread-safe: stateless.
 */
public final class Permissions {
    private static final Set<Role> OF_DOMAIN = EnumSet.of(Role.OWNER, Role.STEWARD);

    private Permissions() {}

    /** What can be done, and by whom; owner and steward are those of the domain that it is done to. */
    public enum Operation {
        /** Tells the mesh who and what there is. */
        INSTALL_DIRECTORY(Role.OPERATOR),
        /** Brings what stands to what should. */
        APPLY(Role.OPERATOR),
        /** Reads a topic again from another place. */
        RESET_OFFSETS(Role.OPERATOR),
        /** Puts refused records back. */
        REPLAY_REJECTED(Role.OPERATOR),
        /** Settles refused records without putting them back. */
        DISCARD_REJECTED(Role.OPERATOR),
        /** Rewrites tables: compaction, expiry, orphans, rebuild. */
        MEND_TABLES(Role.OPERATOR),
        /** Puts a legal hold on tables, or takes it off. */
        HOLD_TABLES(Role.OPERATOR),
        /** Signs over what a process that was killed left uncovered on the record of decisions. */
        SEAL_AUDIT(Role.OPERATOR),
        /** Reads the record of decisions. */
        READ_AUDIT(Role.AUDITOR),
        /** Proves that the record of decisions is whole. */
        VERIFY_AUDIT(Role.AUDITOR),
        /** Asks for an agreement, edits or renews it. */
        ASK(Role.CONSUMER),
        /** Approves or denies what is asked. */
        DECIDE(Role.OWNER, Role.STEWARD),
        /** Judges broken glass. */
        REVIEW_GLASS(Role.OWNER, Role.STEWARD),
        /** Breaks glass. */
        BREAK_GLASS(Role.OPERATOR, Role.OWNER, Role.STEWARD);

        private final Set<Role> roles;

        Operation(Role first, Role... more) {
            this.roles = EnumSet.of(first, more);
        }

        /** Any of which is enough. */
        public Set<Role> roles() {
            return EnumSet.copyOf(roles);
        }

        /** For people: {@code reset offsets}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * Decides about what is done to the mesh; no role of any domain counts.
     *
     * @param who a subject id or an alias, after authentication
     */
    public static Decision decide(Directory directory, Principal who, Operation what) {
        return decide(directory, who, what, "");
    }

    /**
     * Decides about what is done to a domain's data.
     *
     * @param who a subject id or an alias, after authentication
     * @param domain whose data
     */
    public static Decision decide(Directory directory, Principal who, Operation what, String domain) {
        Optional<String> subject = directory.subject(who.name());
        if (subject.isEmpty()) {
            return Decision.deny("who may " + what + " must be a person of the directory but was nobody of it");
        }
        Set<Role> held = EnumSet.noneOf(Role.class);
        held.addAll(directory.roles(subject.get(), domain));
        held.retainAll(what.roles);
        String needed = what.roles.stream()
                .map(role -> OF_DOMAIN.contains(role) && !domain.isEmpty() ? role + " of " + domain : role.toString())
                .collect(Collectors.joining(" or "));
        return held.isEmpty()
                ? Decision.deny("who may " + what + " must be " + needed + " but " + subject.get() + " is not")
                : Decision.allow(subject.get() + " is " + held.iterator().next());
    }
}
