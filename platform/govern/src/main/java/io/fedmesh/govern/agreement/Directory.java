package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Disclosure;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.ProductName;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who there is and what there is to ask for, as an operator told the mesh: part of the record, because every decision
 * stands on it. Immutable; ordered, so that equal directories have equal texts.
 */
public final class Directory {
    /** Nobody and nothing: every identity is unresolved. */
    public static final Directory EMPTY = new Directory(List.of(), List.of(), List.of());

    private final Map<String, Person> people = new TreeMap<>();
    private final Map<String, Domain> domains = new TreeMap<>();
    private final Map<ProductName, Product> products = new TreeMap<>();
    private final Map<String, String> subjects = new HashMap<>();
    private final Map<String, Set<String>> circles = new HashMap<>();

    /**
     * A person.
     *
     * @param subject stable subject id, one part of the grammar of names
     * @param aliases what else the person goes by: user names, e-mails, service accounts that act for the person; compared in
     *     lower case
     * @param roles of the mesh: consumer, operator, auditor
     * @param teams the domains in which the person works
     * @param actsFor subject ids of those for whom the person acts
     */
    public record Person(String subject, Set<String> aliases, Set<Role> roles, Set<String> teams, Set<String> actsFor) {
        public Person {
            Names.part("subject", subject);
            Set<String> folded = new TreeSet<>();
            aliases.forEach(alias -> folded.add(Texts.alias(alias)));
            aliases = Collections.unmodifiableSet(folded);
            if (roles.contains(Role.OWNER) || roles.contains(Role.STEWARD)) {
                throw new IllegalArgumentException("'roles' of " + subject + " must be of the mesh but were " + roles
                        + ": a domain names its own");
            }
            if (roles.contains(Role.OPERATOR) && roles.contains(Role.AUDITOR)) {
                throw new IllegalArgumentException("'roles' of " + subject
                        + " must not be operator and auditor at once but were " + new TreeSet<>(roles));
            }
            roles = Collections.unmodifiableSet(new TreeSet<>(roles));
            teams.forEach(team -> Names.part("team", team));
            teams = Collections.unmodifiableSet(new TreeSet<>(teams));
            actsFor = Collections.unmodifiableSet(new TreeSet<>(actsFor));
        }
    }

    /** A domain: subject ids of its owner and of its stewards. */
    public record Domain(String name, String owner, Set<String> stewards) {
        public Domain {
            Names.part("domain", name);
            stewards = Collections.unmodifiableSet(new TreeSet<>(stewards));
        }
    }

    /**
     * A product.
     *
     * @param topic the topic on which it is published
     * @param fields its fields and their classifications; not empty
     * @param disclosure {@link Disclosure#digest} of what its contract shows to readers from other domains
     * @param promise what else a later contract must keep; null where it was told before promises were
     */
    public record Product(
            ProductName name,
            String topic,
            Map<String, Classification> fields,
            String disclosure,
            @Nullable Promise promise) {
        /** Of which no promise is known. */
        public Product(ProductName name, String topic, Map<String, Classification> fields, String disclosure) {
            this(name, topic, fields, disclosure, null);
        }

        /** Of a product that is shown as it stands. */
        public Product(ProductName name, String topic, Map<String, Classification> fields) {
            this(name, topic, fields, Disclosure.WHOLE);
        }

        public Product {
            if (disclosure.isBlank()) {
                throw new IllegalArgumentException("'disclosure' of " + name + " must be a digest but was blank");
            }
            if (fields.isEmpty()) {
                throw new IllegalArgumentException("'fields' of " + name + " must name one or more but was empty");
            }
            fields = Collections.unmodifiableMap(new TreeMap<>(fields));
        }

        /** Whether readers from other domains are shown all of it as it stands. */
        boolean isShownWhole() {
            return disclosure.equals(Disclosure.WHOLE) && !fields.containsValue(Classification.RESTRICTED);
        }

        /** The highest classification of these fields; of one that the product has not, the highest there is. */
        Classification classification(Collection<String> of) {
            return of.stream()
                    .map(field -> fields.getOrDefault(field, Classification.RESTRICTED))
                    .max(java.util.Comparator.naturalOrder())
                    .orElse(Classification.RESTRICTED);
        }
    }

    /**
     * What was published of a product, beside what the registry keeps.
     *
     * @param key the fields that tell entities apart, in their order
     * @param tokenised the fields whose values stand in the tables as tokens
     * @param end the last day, in UTC, on which it is offered; null where none was announced
     */
    public record Promise(
            List<String> key,
            Set<String> tokenised,
            @Nullable LocalDate end) {
        public Promise {
            key = List.copyOf(key);
            tokenised = Collections.unmodifiableSet(new TreeSet<>(tokenised));
        }
    }

    /**
     * Refuses with {@link IllegalArgumentException} a name that is given twice, an alias of two persons, and whoever is
     * named but is none of the persons.
     */
    public Directory(Collection<Person> people, Collection<Domain> domains, Collection<Product> products) {
        people.forEach(person -> once("person", this.people.put(person.subject(), person), person.subject()));
        domains.forEach(domain -> once("domain", this.domains.put(domain.name(), domain), domain.name()));
        products.forEach(product -> once("product", this.products.put(product.name(), product), product.name()));
        for (Person person : this.people.values()) {
            bind(person.subject(), person.subject());
            person.aliases().forEach(alias -> bind(alias, person.subject()));
            person.actsFor().forEach(other -> known("actsFor of " + person.subject(), other));
            person.teams().stream()
                    .filter(team -> !this.domains.containsKey(team))
                    .forEach(team -> {
                        throw new IllegalArgumentException("'teams' of " + person.subject()
                                + " must be domains of the mesh but was '" + team + "'");
                    });
        }
        for (Domain domain : this.domains.values()) {
            known("owner of " + domain.name(), domain.owner());
            domain.stewards().forEach(steward -> known("stewards of " + domain.name(), steward));
        }
        this.people.keySet().forEach(subject -> circles.computeIfAbsent(subject, this::walk));
    }

    /** These persons with the domains and products of the contracts. */
    public static Directory of(Collection<Person> people, Contracts contracts) {
        return new Directory(
                people,
                contracts.domains().stream()
                        .map(d -> new Domain(d.name(), d.owner(), Set.copyOf(d.stewards())))
                        .toList(),
                contracts.products().stream().map(Directory::product).toList());
    }

    private static Product product(Contract contract) {
        Map<String, Classification> fields = new LinkedHashMap<>();
        contract.fields().forEach((name, field) -> fields.put(name, field.classification()));
        return new Product(
                contract.name(),
                contract.topic().toString(),
                fields,
                contract.disclosure().digest(),
                new Promise(
                        contract.keyFields(),
                        contract.tokenised(),
                        contract.lifetime().end()));
    }

    /** By subject id. */
    public Map<String, Person> people() {
        return Collections.unmodifiableMap(people);
    }

    /** By name. */
    public Map<String, Domain> domains() {
        return Collections.unmodifiableMap(domains);
    }

    /** By name. */
    public Map<ProductName, Product> products() {
        return Collections.unmodifiableMap(products);
    }

    /** The one subject id that a subject id or an alias in any case means; empty when nobody goes by it. */
    public Optional<String> subject(String alias) {
        return Optional.ofNullable(subjects.get(Texts.folded(alias)));
    }

    /** All that the subject is, in the domain and in the mesh. */
    public Set<Role> roles(String subject, String domain) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        Person person = people.get(subject);
        if (person != null) {
            roles.addAll(person.roles());
        }
        Domain of = domains.get(domain);
        if (of != null && of.owner().equals(subject)) {
            roles.add(Role.OWNER);
        }
        if (of != null && of.stewards().contains(subject)) {
            roles.add(Role.STEWARD);
        }
        return roles;
    }

    /** Whether the subject approves what is asked of the domain. */
    boolean holdsOffice(String subject, String domain) {
        Set<Role> roles = roles(subject, domain);
        return roles.contains(Role.OWNER) || roles.contains(Role.STEWARD);
    }

    boolean holds(String subject, Role role) {
        Person person = people.get(subject);
        return person != null && person.roles().contains(role);
    }

    /** Who works in the domain: whoever says so, its owner and its stewards. */
    Set<String> members(String domain) {
        Set<String> members = new TreeSet<>();
        people.values().stream().filter(p -> p.teams().contains(domain)).forEach(p -> members.add(p.subject()));
        Domain of = domains.get(domain);
        if (of != null) {
            members.add(of.owner());
            members.addAll(of.stewards());
        }
        return members;
    }

    /** Whether a consumer is of the domain: its team, or one who works there. */
    boolean isOwn(Consumer consumer, String domain) {
        return consumer instanceof Consumer.User user
                ? members(domain).contains(user.subject())
                : ((Consumer.Team) consumer).domain().equals(domain);
    }

    /**
     * The subject and all who act for it or for whom it acts, over any number of steps: they count as one where two must
     * decide.
     */
    Set<String> circle(String subject) {
        return circles.getOrDefault(subject, Set.of(subject));
    }

    /** What each alias, and each subject id, means. */
    Map<String, String> bindings() {
        return Collections.unmodifiableMap(subjects);
    }

    private Set<String> walk(String from) {
        Set<String> seen = new TreeSet<>(Set.of(from));
        Deque<String> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            String next = open.pop();
            for (Person other : people.values()) {
                boolean near = other.actsFor().contains(next)
                        || java.util.Objects.requireNonNull(people.get(next))
                                .actsFor()
                                .contains(other.subject());
                if (near && seen.add(other.subject())) {
                    open.push(other.subject());
                }
            }
        }
        return Collections.unmodifiableSet(seen);
    }

    private void bind(String alias, String subject) {
        String other = subjects.put(alias, subject);
        if (other != null && !other.equals(subject)) {
            throw new IllegalArgumentException(
                    "'" + alias + "' must be one person's but was of " + other + " and of " + subject);
        }
    }

    private void known(String what, String subject) {
        if (!people.containsKey(subject)) {
            throw new IllegalArgumentException(
                    "'" + what + "' must be a person of the directory but was '" + Texts.shown(subject) + "'");
        }
    }

    private static void once(String what, @Nullable Object before, Object name) {
        if (before != null) {
            throw new IllegalArgumentException("a " + what + " must be given once but '" + name + "' was given again");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Directory that
                && people.equals(that.people)
                && domains.equals(that.domains)
                && products.equals(that.products);
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(people, domains, products);
    }
}
