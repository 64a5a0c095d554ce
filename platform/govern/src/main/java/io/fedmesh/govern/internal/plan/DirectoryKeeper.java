package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.Provisioner;
import io.fedmesh.govern.agreement.Directory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The directory: persons, domains and products one by one, so that a plan tells who comes and who goes; installed whole. */
public final class DirectoryKeeper implements Keeper {
    private static final String DEFINITION = "definition";

    private final Provisioner.Directories directories;

    public DirectoryKeeper(Provisioner.Directories directories) {
        this.directories = directories;
    }

    @Override
    public Plan.Thing thing() {
        return Plan.Thing.DIRECTORY;
    }

    @Override
    public Comparison compare(DesiredState desired) {
        Comparison found = new Comparison(thing());
        Map<String, String> there = texts(directories.standing());
        Map<String, String> wanted = texts(directories.desired());
        there.forEach((name, text) -> {
            found.facts.add(name + " " + text);
            String other = wanted.get(name);
            if (other == null) {
                found.remove(name);
            } else if (!other.equals(text)) {
                found.change(name, DEFINITION, text, other);
            }
        });
        wanted.forEach((name, text) -> {
            if (!there.containsKey(name)) {
                found.add(name, text);
            }
        });
        return found;
    }

    /** One command installs all of it, whichever of its changes is carried out first. */
    @Override
    public void carryOut(DesiredState desired, Plan.Action action, List<Plan.Change> changes) {
        if (!directories.standing().equals(directories.desired())) {
            directories.install();
        }
    }

    private static Map<String, String> texts(Directory directory) {
        Map<String, String> texts = new TreeMap<>();
        directory.people().forEach((subject, person) -> texts.put("person " + subject, text(person)));
        directory
                .domains()
                .forEach((name, domain) ->
                        texts.put("domain " + name, "owner=" + domain.owner() + " stewards=" + domain.stewards()));
        directory.products().forEach((name, product) -> texts.put("product " + name, text(product)));
        return texts;
    }

    /** Without aliases, as they are e-mails too; the digest tells that they changed. */
    private static String text(Directory.Person person) {
        return "roles=" + person.roles() + " teams=" + person.teams() + " actsFor=" + person.actsFor() + " aliases="
                + person.aliases().size() + "@" + shortDigest(List.copyOf(person.aliases()));
    }

    private static String text(Directory.Product product) {
        return "topic=" + product.topic() + " fields=" + product.fields().size() + "@"
                + shortDigest(product.fields().entrySet().stream()
                        .map(field -> field.getKey() + "=" + field.getValue())
                        .toList())
                + " shown=" + shortDigest(List.of(product.disclosure())) + text(product.promise());
    }

    private static String text(Directory.@Nullable Promise promise) {
        return promise == null
                ? ""
                : " key=" + promise.key() + " tokens=" + promise.tokenised()
                        + (promise.end() == null ? "" : " until=" + promise.end());
    }

    private static String shortDigest(List<String> parts) {
        return Digests.of(parts).substring(0, 16);
    }
}
