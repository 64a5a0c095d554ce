package io.fedmesh.govern;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The difference between a {@link DesiredState} and what stands on brokers, in the registry and in the catalog at one
 * moment. A value; equal states give equal plans.
 *
 * @param fingerprint SHA-256 in hexadecimal of all that stands and is the mesh's: another one means that something moved
 * @param changes what would be done, sorted
 * @param problems what must be put right by a person before anything may be done; not empty only when {@link
 *     Provisioner#apply} refuses
 * @param strays what stands over the mesh's things without a reason in the desired state and is not the mesh's to remove,
 *     for example a grant of a principal outside the mesh; sorted
 * @param notes what was seen and left alone, for a person to judge
 */
public record Plan(
        String fingerprint, List<Change> changes, List<String> problems, List<String> strays, List<String> notes) {

    /** What is done to a thing. */
    public enum Action {
        ADD("+"),
        CHANGE("~"),
        REMOVE("-");

        private final String sign;

        Action(String sign) {
            this.sign = sign;
        }

        /** One character for people. */
        public String sign() {
            return sign;
        }
    }

    /** What follows from contracts and agreements. */
    public enum Thing {
        TOPIC,
        SUBJECT,
        USER,
        GRANT,
        TABLE,
        /** A person, a domain or a product of the directory by which agreements are decided. */
        DIRECTORY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One change. Ordered by thing, name, attribute and action.
     *
     * @param name of the thing: a topic, a subject, a user, {@code <principal> <operation> <resource>}, {@code
     *     <namespace>.<table>}
     * @param attribute what of the thing changes; empty when the thing as a whole comes or goes
     * @param from what stands; null when nothing does
     * @param to what will stand; null when nothing will
     */
    public record Change(
            Thing thing,
            String name,
            String attribute,
            Action action,
            @Nullable String from,
            @Nullable String to) implements Comparable<Change> {
        private static final Comparator<Change> ORDER = Comparator.comparing(Change::thing)
                .thenComparing(Change::name)
                .thenComparing(Change::attribute)
                .thenComparing(Change::action);

        public Change {
            if (attribute.isEmpty() == (action == Action.CHANGE)) {
                throw new IllegalArgumentException(
                        "'attribute' must be given exactly for a change but was '" + attribute + "' of " + action);
            }
        }

        /** The thing comes. */
        public static Change add(Thing thing, String name, @Nullable String to) {
            return new Change(thing, name, "", Action.ADD, null, to);
        }

        /** The thing goes. */
        public static Change remove(Thing thing, String name) {
            return new Change(thing, name, "", Action.REMOVE, null, null);
        }

        /** Whether data, or what is needed to read it, is lost: done only where it is allowed by name. */
        public boolean deletesData() {
            return action == Action.REMOVE && (thing == Thing.TOPIC || thing == Thing.SUBJECT || thing == Thing.TABLE);
        }

        @Override
        public int compareTo(Change other) {
            return ORDER.compare(this, other);
        }

        /** One line for people. */
        @Override
        public String toString() {
            String head = action.sign() + " " + thing + " " + name;
            return switch (action) {
                case ADD -> to == null ? head : head + "  " + to;
                case CHANGE -> head + "  " + attribute + ": " + shown(from) + " -> " + shown(to);
                case REMOVE -> head;
            };
        }

        private static String shown(@Nullable String value) {
            return value == null ? "nothing" : value;
        }
    }

    public Plan {
        if (!fingerprint.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "'fingerprint' must be a SHA-256 in hexadecimal but was '" + fingerprint + "'");
        }
        changes = List.copyOf(changes);
        problems = List.copyOf(problems);
        strays = List.copyOf(strays);
        notes = List.copyOf(notes);
    }

    /** Whether nothing is to be done and nothing stands in the way. */
    public boolean isEmpty() {
        return changes.isEmpty() && problems.isEmpty();
    }

    /** Whether what stands is not what should, be it the mesh's to mend or a person's. */
    public boolean isDrift() {
        return !isEmpty() || !strays.isEmpty();
    }
}
