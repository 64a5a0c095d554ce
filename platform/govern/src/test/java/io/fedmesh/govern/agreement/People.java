package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.ProductName;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Six persons: Ada asks, Bea owns the yard, Cem and Dan are its stewards, Eva works with Ada, Ove operates. */
final class People {
    static final ProductName CRATE = ProductName.parse("yard.crate");
    static final ProductName VAULT = ProductName.parse("yard.vault");
    static final LocalDate TODAY = LocalDate.parse("2026-11-26");

    private People() {}

    static Directory.Person ada() {
        return person("u-ada", Set.of("ada", "Ada@Example.org", "svc-ada"), Set.of(Role.CONSUMER), Set.of("harbour"));
    }

    static Directory.Person person(String subject, Set<String> aliases, Set<Role> roles, Set<String> teams) {
        return new Directory.Person(subject, aliases, roles, teams, Set.of());
    }

    static List<Directory.Person> all() {
        return List.of(
                ada(),
                person("u-bea", Set.of("bea"), Set.of(Role.CONSUMER), Set.of()),
                person("u-cem", Set.of("cem"), Set.of(), Set.of()),
                person("u-dan", Set.of("dan"), Set.of(), Set.of()),
                person("u-eva", Set.of("eva"), Set.of(Role.CONSUMER, Role.AUDITOR), Set.of("harbour")),
                person("u-ove", Set.of("ove"), Set.of(Role.OPERATOR), Set.of()));
    }

    static Directory directory() {
        return directory(all());
    }

    static Directory directory(List<Directory.Person> people) {
        return directory(people, Set.of("u-cem", "u-dan"), Classification.INTERNAL);
    }

    static Directory directory(List<Directory.Person> people, Set<String> stewards, Classification label) {
        return new Directory(
                people,
                List.of(
                        new Directory.Domain("yard", "u-bea", stewards),
                        new Directory.Domain("harbour", "u-eva", Set.of())),
                List.of(
                        new Directory.Product(
                                CRATE,
                                "yard.public.crate.state.v1",
                                Map.of("id", Classification.INTERNAL, "label", label)),
                        new Directory.Product(
                                VAULT,
                                "yard.protected.vault.state.v1",
                                Map.of("id", Classification.PUBLIC, "secret", Classification.CONFIDENTIAL))));
    }

    static Terms terms(String... fields) {
        return new Terms("to plan berths", TODAY, TODAY.plusDays(30), Set.of(fields));
    }
}
