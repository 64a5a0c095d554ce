package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Domain;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.YamlText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What must hold between persons, and between persons and domains: what {@link Directory} demands, all of it with lines. */
final class PeopleCheck {
    private final Path file;
    private final YamlText.Located text;
    private final List<Directory.Person> persons;
    private final Set<String> subjects;
    private final Set<Problem> problems = new LinkedHashSet<>();

    private PeopleCheck(Path file, YamlText.Located text, List<Directory.Person> persons) {
        this.file = file;
        this.text = text;
        this.persons = persons;
        this.subjects = persons.stream().map(Directory.Person::subject).collect(Collectors.toCollection(HashSet::new));
    }

    /** In the order of the persons, then of the domains. */
    static List<Problem> problems(
            Path file, YamlText.Located text, List<Directory.Person> persons, Contracts contracts) {
        PeopleCheck check = new PeopleCheck(file, text, persons);
        check.names();
        check.relations(contracts.domains().stream().map(Domain::name).collect(Collectors.toSet()));
        contracts.domains().forEach(check::offices);
        return new ArrayList<>(check.problems);
    }

    private void names() {
        Map<String, String> owners = new HashMap<>();
        for (int i = 0; i < persons.size(); i++) {
            Directory.Person person = persons.get(i);
            bind(owners, person.subject(), person.subject(), "people[" + i + "].subject");
            for (String alias : person.aliases()) {
                String key = alias.startsWith(Login.PREFIX) ? "logins" : "aliases";
                bind(owners, alias, person.subject(), "people[" + i + "]." + key);
            }
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < persons.size(); i++) {
            if (!seen.add(persons.get(i).subject())) {
                must(
                        "people[" + i + "].subject",
                        "'subject' must be given once but '" + persons.get(i).subject() + "' was given again");
            }
        }
        if (persons.stream().noneMatch(person -> person.roles().contains(Role.OPERATOR))) {
            must(
                    "people",
                    "'people' must hold one with the role operator but held none: nobody could tell who there is");
        }
    }

    private void bind(Map<String, String> owners, String name, String subject, String path) {
        String other = owners.putIfAbsent(name, subject);
        if (other != null && !other.equals(subject)) {
            String shown = name.startsWith(Login.PREFIX) ? "a login" : "'" + name + "'";
            must(path, shown + " must be one person's but was of " + other + " and of " + subject);
        }
    }

    private void relations(Set<String> domains) {
        for (int i = 0; i < persons.size(); i++) {
            Directory.Person person = persons.get(i);
            for (String team : person.teams()) {
                if (!domains.contains(team)) {
                    must("people[" + i + "].teams", "'teams' must be domains of the mesh but was '" + team + "'");
                }
            }
            for (String other : person.actsFor()) {
                if (!subjects.contains(other)) {
                    must(
                            "people[" + i + "].actsFor",
                            "'actsFor' must be subject ids of persons but was '" + Texts.shown(other) + "'");
                }
            }
        }
    }

    private void offices(Domain domain) {
        if (!subjects.contains(domain.owner())) {
            office(domain, "owner", domain.owner());
        }
        domain.stewards().stream()
                .filter(steward -> !subjects.contains(steward))
                .forEach(steward -> {
                    office(domain, "stewards", steward);
                });
    }

    private void office(Domain domain, String key, String subject) {
        problems.add(new Problem(
                file,
                1,
                "person",
                "'people' must hold who is in '" + key + "' of " + domain.file() + " but had no '"
                        + Texts.shown(subject) + "'"));
    }

    private void must(String path, String message) {
        problems.add(new Problem(file, text.line(path), "person", message));
    }
}
