package io.fedmesh.govern;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.TopicName;
import io.fedmesh.govern.Grant.Resource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A grant for A never admits B, whatever the names. */
class GrantSeparationTest {
    private static final long SEED = Long.getLong("fedmesh.seed", 20_261_122L);
    private static final int PAIRS = 10_000;
    private static final String ALPHABET = "ab1-";

    @Test
    void aGrantForOneDomainNeverAdmitsAResourceOfAnother() {
        Random random = new Random(SEED);
        for (int i = 0; i < PAIRS; i++) {
            String ours = part(random);
            String theirs = near(random, ours);
            if (ours.equals(theirs)) {
                continue;
            }
            String product = part(random);
            String topology = part(random);
            List<Grant> grants = grants(ours, product, topology);

            for (Target target : targets(random, theirs, product, topology)) {
                assertThat(grants)
                        .as("seed %d pair %d: %s must not reach %s", SEED, i, ours, target)
                        .filteredOn(g -> g.principal().startsWith(ours + "."))
                        .noneMatch(g -> g.admits(target.resource(), target.name()));
            }
        }
    }

    @Test
    void aGrantForOneProductNeverAdmitsAnotherProductOfTheSameDomain() {
        Random random = new Random(SEED);
        for (int i = 0; i < PAIRS; i++) {
            String domain = part(random);
            String ours = part(random);
            String theirs = near(random, ours);
            if (ours.equals(theirs)) {
                continue;
            }
            List<Grant> grants = grants(domain, ours, part(random));
            for (TopicName.Visibility visibility : TopicName.Visibility.values()) {
                for (TopicName.Kind kind : TopicName.Kind.values()) {
                    String topic = new TopicName(domain, visibility, theirs, kind, 1 + random.nextInt(20)).toString();
                    assertThat(grants)
                            .as("seed %d pair %d: %s must not reach %s", SEED, i, ours, topic)
                            .filteredOn(g -> !g.name().contains(".internal."))
                            .noneMatch(g -> g.admits(Resource.TOPIC, topic));
                }
            }
        }
    }

    private record Target(Resource resource, String name) {}

    private static List<Target> targets(Random random, String domain, String product, String topology) {
        String application = Names.applicationId(domain, topology);
        String store = application + "-" + part(random) + "-changelog";
        String topic = new TopicName(
                        domain,
                        TopicName.Visibility.values()[random.nextInt(3)],
                        product,
                        TopicName.Kind.values()[random.nextInt(5)],
                        1)
                .toString();
        return List.of(
                new Target(Resource.TOPIC, topic),
                new Target(Resource.TOPIC, store),
                new Target(Resource.GROUP, application),
                new Target(Resource.TRANSACTIONAL_ID, application + "-0a1b-1"),
                new Target(Resource.TRANSACTIONAL_ID, Names.transactionalId(domain, "cdc", "db")));
    }

    private static List<Grant> grants(String domain, String product, String topology) {
        return DesiredStateTest.state(new Contracts(
                        List.of(Fixtures.domain(domain)),
                        List.of(Fixtures.source(domain, "db")),
                        List.of(
                                Fixtures.captured(domain, product, "db", TopicName.Visibility.PUBLIC, 1),
                                Fixtures.derived(domain, product, topology, domain + "." + product))))
                .grants();
    }

    /** Short names over few letters, so that one is often the beginning of another. */
    private static String part(Random random) {
        StringBuilder part = new StringBuilder(random.nextBoolean() ? "a" : "b");
        for (int length = random.nextInt(6); length > 0; length--) {
            part.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return part.toString();
    }

    /** A name close to another: longer by a separator or a letter, shorter, or anything. */
    private static String near(Random random, String name) {
        return switch (random.nextInt(4)) {
            case 0 -> name + "-" + part(random);
            case 1 -> name + part(random);
            case 2 -> name.length() > 1 ? name.substring(0, name.length() - 1) : name + "1";
            default -> part(random);
        };
    }
}
