package io.fedmesh.govern.agreement;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.ProductName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How things are with six humans, two domains and two products, told without the code under test. Human {@code i} has the
 * subject {@code s<i>} and three aliases; what he holds in his hands stays in his hands, whatever a directory says of it.
 */
record TraceWorld(
        List<Set<Role>> roles,
        int owner,
        Set<Integer> stewards,
        Set<Integer> visitors,
        Set<List<Integer>> actsFor,
        boolean crateIsConfidential,
        @Nullable List<Integer> theft) {
    static final int HUMANS = 6;
    static final ProductName CRATE = ProductName.parse("yard.crate");
    static final ProductName VAULT = ProductName.parse("yard.vault");
    private static final int VISITING_OWNER = 5;

    static TraceWorld first(Random random) {
        List<Set<Role>> roles = new ArrayList<>();
        for (int i = 0; i < HUMANS; i++) {
            roles.add(i == 0 ? EnumSet.of(Role.OPERATOR, Role.CONSUMER) : EnumSet.of(Role.CONSUMER));
        }
        return new TraceWorld(roles, 1, Set.of(2, 3), some(random), Set.of(), false, null);
    }

    /** Something is otherwise: an office, a role, a team, who acts for whom, a classification, or an alias that is stolen. */
    TraceWorld changed(Random random) {
        return switch (random.nextInt(7)) {
            case 0 ->
                new TraceWorld(roles, random.nextInt(HUMANS), stewards, visitors, actsFor, crateIsConfidential, null);
            case 1 -> new TraceWorld(roles, owner, some(random), visitors, actsFor, crateIsConfidential, null);
            case 2 -> {
                List<Set<Role>> next = new ArrayList<>(roles);
                Set<Role> drawn = EnumSet.of(Role.CONSUMER);
                if (random.nextInt(3) == 0) {
                    drawn = EnumSet.of(random.nextBoolean() ? Role.OPERATOR : Role.AUDITOR);
                }
                next.set(1 + random.nextInt(HUMANS - 1), drawn);
                yield new TraceWorld(next, owner, stewards, visitors, actsFor, crateIsConfidential, null);
            }
            case 3 -> new TraceWorld(roles, owner, stewards, some(random), actsFor, crateIsConfidential, null);
            case 4 ->
                new TraceWorld(
                        roles,
                        owner,
                        stewards,
                        visitors,
                        random.nextInt(3) == 0
                                ? Set.of()
                                : new HashSet<>(List.of(
                                        List.of(random.nextInt(HUMANS), random.nextInt(HUMANS)),
                                        List.of(owner, anyOf(random, stewards)))),
                        crateIsConfidential,
                        null);
            case 5 -> new TraceWorld(roles, owner, stewards, visitors, actsFor, !crateIsConfidential, null);
            default ->
                new TraceWorld(
                        roles,
                        owner,
                        stewards,
                        visitors,
                        actsFor,
                        crateIsConfidential,
                        List.of(random.nextInt(HUMANS), random.nextInt(HUMANS)));
        };
    }

    private static int anyOf(Random random, Set<Integer> humans) {
        List<Integer> list = List.copyOf(humans);
        return list.isEmpty() ? random.nextInt(HUMANS) : list.get(random.nextInt(list.size()));
    }

    private static Set<Integer> some(Random random) {
        Set<Integer> some = new TreeSet<>();
        for (int i = 0; i < HUMANS; i++) {
            if (random.nextInt(5) < 2) {
                some.add(i);
            }
        }
        return some;
    }

    Directory directory() {
        List<Directory.Person> people = new ArrayList<>();
        for (int i = 0; i < HUMANS; i++) {
            int human = i;
            Set<String> aliases = new HashSet<>(List.of("name-" + i, "Name." + i + "@example.org"));
            for (int j = 0; j < HUMANS; j++) {
                int holder = theft != null && theft.get(0) == j ? theft.get(1) : j;
                if (holder == i) {
                    aliases.add("svc-" + j);
                }
            }
            Set<String> acts = new TreeSet<>();
            actsFor.stream().filter(e -> e.get(0) == human).forEach(e -> acts.add("s" + e.get(1)));
            people.add(new Directory.Person(
                    "s" + i, aliases, roles.get(i), visitors.contains(i) ? Set.of("harbour") : Set.of(), acts));
        }
        Set<String> offices = new TreeSet<>();
        stewards.forEach(i -> offices.add("s" + i));
        return new Directory(
                people,
                List.of(
                        new Directory.Domain("yard", "s" + owner, offices),
                        new Directory.Domain("harbour", "s" + VISITING_OWNER, Set.of())),
                List.of(
                        new Directory.Product(
                                CRATE,
                                "yard.public.crate.state.v1",
                                Map.of(
                                        "id",
                                        Classification.INTERNAL,
                                        "label",
                                        crateIsConfidential ? Classification.RESTRICTED : Classification.INTERNAL)),
                        new Directory.Product(
                                VAULT,
                                "yard.protected.vault.state.v1",
                                Map.of("id", Classification.PUBLIC, "secret", Classification.CONFIDENTIAL))));
    }

    /** One of the names that the human holds in his hands, in any case. */
    static String name(Random random, int human) {
        String name = switch (random.nextInt(4)) {
            case 0 -> "s" + human;
            case 1 -> "name-" + human;
            case 2 -> "name." + human + "@EXAMPLE.org";
            default -> "svc-" + human;
        };
        return random.nextInt(4) == 0 ? name.toUpperCase(java.util.Locale.ROOT) : name;
    }

    boolean holdsOffice(int human) {
        return owner == human || stewards.contains(human);
    }

    boolean worksIn(String domain, int human) {
        return domain.equals("yard") ? holdsOffice(human) : human == VISITING_OWNER || visitors.contains(human);
    }

    boolean confidential(ProductName product, Set<String> fields) {
        return product.equals(VAULT) ? fields.contains("secret") : crateIsConfidential && fields.contains("label");
    }

    /** Everybody from whom an unbroken line of acting for, either way, leads to the human. */
    Set<Integer> near(int human) {
        Set<Integer> near = new HashSet<>(Set.of(human));
        Deque<Integer> open = new ArrayDeque<>(near);
        while (!open.isEmpty()) {
            int next = open.pop();
            for (List<Integer> edge : actsFor) {
                for (int end = 0; end < 2; end++) {
                    if (edge.get(end) == next && near.add(edge.get(1 - end))) {
                        open.push(edge.get(1 - end));
                    }
                }
            }
        }
        return near;
    }
}
