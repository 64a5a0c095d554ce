package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Names;

/** For whom an agreement is. */
public sealed interface Consumer {
    /** The principal that reads topics for it, without {@code User:}; also its consumer group. */
    String principal();

    /**
     * One person.
     *
     * @param subject stable subject id
     */
    record User(String subject) implements Consumer {
        public User {
            Names.part("subject", subject);
        }

        @Override
        public String principal() {
            return Names.userPrincipal(subject);
        }

        @Override
        public String toString() {
            return "user " + subject;
        }
    }

    /**
     * Everybody who works in a domain.
     *
     * @param domain its name
     */
    record Team(String domain) implements Consumer {
        public Team {
            Names.part("domain", domain);
        }

        @Override
        public String principal() {
            return Names.teamPrincipal(domain);
        }

        @Override
        public String toString() {
            return "team " + domain;
        }
    }
}
