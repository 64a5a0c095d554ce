package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.TopicName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.SchemaBuilder;

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

    /** The contracts of {@link #directory()}'s products. */
    static Contracts contracts() {
        return new Contracts(
                List.of(),
                List.of(),
                List.of(
                        contract(
                                "yard.public.crate.state.v1",
                                Map.of("id", Classification.INTERNAL, "label", Classification.INTERNAL)),
                        contract(
                                "yard.protected.vault.state.v1",
                                Map.of("id", Classification.PUBLIC, "secret", Classification.CONFIDENTIAL))));
    }

    /** A product of text fields, keyed by {@code id}. */
    static Contract contract(String topic, Map<String, Classification> classifications) {
        TopicName name = TopicName.parse(topic);
        var schema = SchemaBuilder.record("Thing").namespace("io.fedmesh.test").fields();
        Map<String, Contract.Field> fields = new TreeMap<>();
        for (String field : new TreeSet<>(classifications.keySet())) {
            schema = schema.requiredString(field);
            fields.put(
                    field, new Contract.Field(java.util.Objects.requireNonNull(classifications.get(field)), Set.of()));
        }
        return new Contract(
                name.productName(),
                "1.0.0",
                "active",
                "a product",
                "u-bea",
                "CC-1",
                name,
                schema.endRecord(),
                List.of("id"),
                fields,
                new Contract.Captured("db", "yard.things", Map.of()),
                new Contract.Sla(Duration.ofMinutes(1), 99.9),
                new Contract.Retention(Duration.ofDays(365), Duration.ofDays(7)),
                1,
                Path.of("domains", "yard", "products", name.product() + ".odcs.yaml"));
    }

    static Terms terms(String... fields) {
        return new Terms("to plan berths", TODAY, TODAY.plusDays(30), Set.of(fields));
    }
}
