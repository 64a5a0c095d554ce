package io.fedmesh.govern;

import io.fedmesh.contract.Contracts;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.internal.plan.DirectoryKeeper;
import io.fedmesh.govern.internal.plan.GrantKeeper;
import io.fedmesh.govern.internal.plan.KafkaAcls;
import io.fedmesh.govern.internal.plan.KafkaTopics;
import io.fedmesh.govern.internal.plan.Keeper;
import io.fedmesh.govern.internal.plan.Planner;
import io.fedmesh.govern.internal.plan.PublishedGuard;
import io.fedmesh.govern.internal.plan.ScramUsers;
import io.fedmesh.govern.internal.plan.SubjectKeeper;
import io.fedmesh.govern.internal.plan.TableKeeper;
import io.fedmesh.govern.internal.plan.TopicKeeper;
import io.fedmesh.govern.internal.plan.UserKeeper;
import io.fedmesh.wire.SubjectRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * Brings brokers, registry and catalog to a {@link DesiredState}: first a {@link Plan}, then just what it says. It never
 * touches a principal or a topic outside the mesh, nor the operator, nor a topic of the platform itself, and never removes a
 * DENY entry; data goes only where it is allowed by name. Cut off at any point, the next run does the rest. Not thread-safe.
 */
public final class Provisioner {
    private final Planner planner;

    /** Whom the brokers know by name and password. Methods throw {@link ProvisioningException} when they are refused. */
    public interface Users {
        /** All of them, whoever's. */
        Set<String> names();

        /** Makes one whose password the caller keeps. */
        void add(String name);

        /** Takes its passwords away. */
        void remove(String name);
    }

    /** The mesh's tables, by {@code <namespace>.<table>}. Methods throw {@link ProvisioningException} when they are refused. */
    public interface Tables {
        /** Those that are a product's or were one's, each with its properties. */
        Map<String, Map<String, String>> standing();

        /** Those of the contracts, each with the properties that it must have. */
        Map<String, Map<String, String>> desired();

        /** Sets properties of a table. */
        void set(String table, Map<String, String> properties);

        /** Drops a table and its rows. */
        void drop(String table);
    }

    /**
     * The directory in the record of agreements. Methods throw {@link ProvisioningException} when they are refused or
     * nobody answers.
     */
    public interface Directories {
        /** The one by which agreements are decided now. */
        Directory standing();

        /** The one that people and contracts make. */
        Directory desired();

        /** Puts the desired one in the standing one's place; on return the record has it. */
        void install();
    }

    private Provisioner(Planner planner) {
        this.planner = planner;
    }

    /**
     * One that keeps topics, subjects and grants.
     *
     * @param admin client of the operator, who is a super user; stays the caller's to close
     * @param registry where schemas are registered
     * @param readBackTimeout how long the brokers may take to show a change
     */
    public static Builder on(Admin admin, SubjectRegistry registry, Duration readBackTimeout) {
        return new Builder(admin, registry, readBackTimeout);
    }

    /** What else is kept. */
    public static final class Builder {
        private final Admin admin;
        private final Duration readBackTimeout;
        private final SubjectRegistry registry;
        private final List<Keeper> keepers = new ArrayList<>();
        private final List<Planner.Guard> guards = new ArrayList<>();

        private Builder(Admin admin, SubjectRegistry registry, Duration readBackTimeout) {
            this.admin = admin;
            this.registry = registry;
            this.readBackTimeout = readBackTimeout;
            keepers.add(new TopicKeeper(new KafkaTopics(admin)));
            keepers.add(new SubjectKeeper(registry));
            keepers.add(new GrantKeeper(new KafkaAcls(admin)));
        }

        /**
         * Users whom the brokers know by SCRAM; leave it out where identities come from elsewhere.
         *
         * @param maker makes a user whose password it keeps, or throws {@link ProvisioningException}
         */
        public Builder scramUsers(Consumer<String> maker) {
            return scramUsers(maker, Set.of());
        }

        /**
         * The same.
         *
         * @param others who must have a user though it may do nothing yet
         */
        public Builder scramUsers(Consumer<String> maker, Set<String> others) {
            keepers.add(new UserKeeper(new ScramUsers(admin, maker), others));
            return this;
        }

        /** The tables of a lake. */
        public Builder tables(Tables tables) {
            keepers.add(new TableKeeper(tables));
            return this;
        }

        /** Who there is and what there is to ask for. */
        public Builder directory(Directories directories) {
            keepers.add(new DirectoryKeeper(directories));
            return this;
        }

        /**
         * What is published: where the contracts would break it, plans have a problem and nothing is done.
         *
         * @param contracts that take its place; see {@link io.fedmesh.contract.Succession}
         * @param record what the record of agreements says now: what was published, and who reads it
         * @param clock tells the day, and what is live
         */
        public Builder published(Contracts contracts, Supplier<GovernanceImage> record, InstantSource clock) {
            guards.add(new PublishedGuard(registry, contracts, record, clock));
            return this;
        }

        public Provisioner build() {
            return new Provisioner(new Planner(keepers, guards, readBackTimeout));
        }
    }

    /**
     * The difference now.
     *
     * @throws ProvisioningException when what stands cannot be asked
     */
    public Plan plan(DesiredState desired) {
        return planner.plan(desired);
    }

    /**
     * Plans and carries it out, without deleting data: topics, then subjects, users and grants, so that nobody may write
     * where no schema is; each is read back.
     *
     * @throws ProvisioningException when the plan has problems, before anything is changed; when a change was not made, or
     *     cannot be seen in time; what was made before stays
     */
    public ProvisioningReport apply(DesiredState desired) {
        ProvisioningReport report = planner.carryOut(desired, plan(desired), Set.of());
        if (!report.failed().isEmpty()) {
            throw new ProvisioningException(String.join("\n", report.failed()));
        }
        return report;
    }

    /**
     * Carries out just what a plan says. The plan is made anew and must be the same: nothing is done because a file says so.
     *
     * @param agreed what was seen and agreed to
     * @param allowed names of things whose data may be deleted
     * @throws ProvisioningException before anything is changed: when what stands or what is desired has moved since the plan
     *     was made, when it has problems, or does not delete what is allowed
     */
    public ProvisioningReport apply(DesiredState desired, Plan agreed, Set<String> allowed) {
        return planner.carryOutAgreed(desired, agreed, allowed);
    }
}
