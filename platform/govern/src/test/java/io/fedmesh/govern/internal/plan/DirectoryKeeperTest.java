package io.fedmesh.govern.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Disclosure;
import io.fedmesh.contract.ProductName;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.Provisioner;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.ProvisioningReport;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.Role;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DirectoryKeeperTest {
    private static final DesiredState NOTHING = new DesiredState(List.of(), List.of(), List.of(), Set.of());

    private final FakeDirectories directories = new FakeDirectories();
    private final Planner planner = new Planner(List.of(new DirectoryKeeper(directories)), Duration.ofMillis(30));

    @Test
    void whoAndWhatThereIsIsPlannedOneByOneAndInstalledOnce() {
        Plan plan = planner.plan(NOTHING);

        assertThat(plan.changes())
                .extracting(Plan.Change::toString)
                .satisfiesExactly(
                        domain -> assertThat(domain).isEqualTo("+ directory domain yard  owner=u-bea stewards=[]"),
                        person -> assertThat(person)
                                .startsWith(
                                        "+ directory person u-ada  roles=[consumer] teams=[] actsFor=[] aliases=1@"),
                        person -> assertThat(person).startsWith("+ directory person u-bea  roles=[operator]"),
                        product -> assertThat(product)
                                .startsWith("+ directory product yard.crate  topic=crates fields=1@"));
        assertThat(plan.toString()).as("aliases are e-mails too").doesNotContain("ada@example.org");

        ProvisioningReport report = planner.carryOut(NOTHING, plan, Set.of());

        assertThat(report.done()).containsExactlyElementsOf(plan.changes());
        assertThat(directories.installs).isEqualTo(1);
        assertThat(planner.plan(NOTHING).isEmpty()).isTrue();
    }

    @Test
    void anAliasThatIsAddedAndAPersonWhoGoesAreChangesOfOneInstallation() {
        directories.install();
        directories.installs = 0;
        directories.desired = directory(Set.of("ada@example.org", "ada"), Classification.INTERNAL, false);

        Plan plan = planner.plan(NOTHING);

        assertThat(plan.changes())
                .extracting(change -> change.action().sign() + " " + change.name() + " " + change.attribute())
                .containsExactly("~ person u-ada definition");
        directories.desired = directory(Set.of("ada@example.org"), Classification.CONFIDENTIAL, true);
        Plan other = planner.plan(NOTHING);
        assertThat(other.changes())
                .extracting(change -> change.action().sign() + " " + change.name() + " " + change.attribute())
                .containsExactly("+ person u-cem ", "~ product yard.crate definition");
        assertThat(other.changes()).noneMatch(Plan.Change::deletesData);
        assertThat(planner.carryOut(NOTHING, other, Set.of()).isWhole()).isTrue();
        directories.desired = directory(Set.of("ada@example.org"), Classification.CONFIDENTIAL, false);
        assertThat(planner.plan(NOTHING).changes())
                .extracting(Plan.Change::toString)
                .containsExactly("- directory person u-cem");
        assertThat(planner.carryOut(NOTHING, planner.plan(NOTHING), Set.of()).isWhole())
                .isTrue();
        assertThat(directories.installs).isEqualTo(2);
    }

    @Test
    void whatOthersAreShownAndWhatIsPromisedAreChangesToo() {
        directories.install();
        Directory standing = directories.standing;
        ProductName crate = ProductName.parse("yard.crate");
        Map<String, Classification> fields = Map.of("id", Classification.INTERNAL);
        Directory.Promise promise =
                new Directory.Promise(List.of("id"), Set.of("label"), LocalDate.parse("2027-03-31"));
        for (Directory.Product product : List.of(
                new Directory.Product(crate, "crates", fields, "masks"),
                new Directory.Product(crate, "crates", fields, Disclosure.WHOLE, promise))) {
            directories.desired =
                    new Directory(standing.people().values(), standing.domains().values(), List.of(product));

            assertThat(planner.plan(NOTHING).changes())
                    .singleElement()
                    .satisfies(change -> assertThat(change.toString())
                            .startsWith("~ directory product yard.crate  definition: topic=crates fields=1@")
                            .endsWith(product.promise() == null ? "" : " key=[id] tokens=[label] until=2027-03-31"));
        }
    }

    @Test
    void anInstallationThatIsRefusedIsSaidOfEveryChange() {
        directories.failure = new ProvisioningException("[directory] who tells it must be an operator but was u-ada");

        ProvisioningReport report = planner.carryOut(NOTHING, planner.plan(NOTHING), Set.of());

        assertThat(report.done()).isEmpty();
        assertThat(report.failed())
                .hasSize(4)
                .allSatisfy(failed ->
                        assertThat(failed).endsWith(": [directory] who tells it must be an operator but was u-ada"));
    }

    @Test
    void anotherDirectoryIsAnotherStateOfTheMesh() {
        String before = planner.plan(NOTHING).fingerprint();
        directories.install();

        assertThat(planner.plan(NOTHING).fingerprint()).isNotEqualTo(before);
    }

    private static Directory directory(Set<String> aliases, Classification label, boolean isCemThere) {
        List<Directory.Person> people = List.of(
                new Directory.Person("u-ada", aliases, Set.of(Role.CONSUMER), Set.of(), Set.of()),
                new Directory.Person("u-bea", Set.of(), Set.of(Role.OPERATOR), Set.of(), Set.of()),
                new Directory.Person("u-cem", Set.of(), Set.of(), Set.of(), Set.of()));
        return new Directory(
                isCemThere ? people : people.subList(0, 2),
                List.of(new Directory.Domain("yard", "u-bea", Set.of())),
                List.of(new Directory.Product(ProductName.parse("yard.crate"), "crates", Map.of("id", label))));
    }

    private static final class FakeDirectories implements Provisioner.Directories {
        private Directory standing = Directory.EMPTY;
        private Directory desired = directory(Set.of("ada@example.org"), Classification.INTERNAL, false);
        private @Nullable ProvisioningException failure;
        private int installs;

        @Override
        public Directory standing() {
            return standing;
        }

        @Override
        public Directory desired() {
            return desired;
        }

        @Override
        public void install() {
            if (failure != null) {
                throw failure;
            }
            standing = desired;
            installs++;
        }
    }
}
