package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Classification;
import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contract.Lifetime;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Domain;
import io.fedmesh.govern.FakeRegistry;
import io.fedmesh.govern.ProvisioningException;
import io.fedmesh.govern.internal.plan.PublishedGuard;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a mesh publishes, by its record of agreements and its registry, held against contracts. */
class PublishedGuardTest {
    private static final LocalDate END = LocalDate.parse("2026-12-10");
    private static final String TOPIC = "yard.public.crate.state.v1";
    private static final Contract CRATE = crate(TOPIC, "id", "label");
    private static final Contract ENDING = living(CRATE, List.of("id"), new Lifetime(END, null, null));

    private final MemoryLog log = new MemoryLog();
    private final FakeRegistry registry = new FakeRegistry();
    private Instant now = Instant.parse("2026-11-26T08:00:00Z");
    private final Agreements agreements = new Agreements(log, () -> now);
    private int commands;

    @BeforeEach
    void published() throws Exception {
        publish(CRATE);
    }

    @Test
    void whatIsPublishedAndWhatIsNewPasses() {
        assertThat(problems(CRATE)).isEmpty();
        assertThat(problems(CRATE, crate("yard.public.barrel.state.v1", "id"))).isEmpty();
    }

    @Test
    void aFieldThatTheRegistryHasAndTheContractHasNotIsRefused() {
        assertThat(problems(crate(TOPIC, "id")))
                .containsExactly(
                        "[domains/yard/products/crate.odcs.yaml:1] breaking-change: yard.crate.label must stay as it"
                                + " was published, for whoever reads it, but field gone: was string and is no more; publish what"
                                + " is new beside it, as a product of the next major version that 'succeeds' yard.crate");
    }

    @Test
    void aFieldThatWasRegisteredAroundTheMeshHoldsNothingUp() {
        Contract more = crate(TOPIC, "id", "label", "remark");
        registry.register(more.topic().subject(), more.schema());
        assertThat(problems(CRATE)).isEmpty();
        assertThat(problems(crate(TOPIC, "id"))).hasSize(1);
    }

    @Test
    void theRecordKeepsTheKeyTheTokensAndTheEnd() throws Exception {
        assertThat(problems(living(CRATE, List.of("label"), Lifetime.OPEN)))
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("key changed: was id and is label"));
        publish(ENDING);
        assertThat(problems(living(CRATE, List.of("id"), new Lifetime(END.minusDays(1), null, null))))
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .contains("'slaProperties.endOfLife' must be 2026-12-10, as was announced, or later"));
    }

    @Test
    void whereTheRecordKnowsNoPromiseTheRegistryAlonePromises() throws Exception {
        Directory told = Directory.of(People.all(), contracts(CRATE));
        install(new Directory(
                told.people().values(),
                told.domains().values(),
                told.products().values().stream()
                        .map(product -> new Directory.Product(
                                product.name(), product.topic(), product.fields(), product.disclosure()))
                        .toList()));

        assertThat(problems(living(CRATE, List.of("label"), Lifetime.OPEN))).isEmpty();
        assertThat(problems(crate(TOPIC, "id"))).hasSize(1);

        install(new Directory(told.people().values(), told.domains().values(), List.of()));
        assertThat(problems(crate(TOPIC, "id"))).as("nor the product itself").hasSize(1);
    }

    @Test
    void aProductGoesAfterItsEndAndAfterTheLastAgreement() throws Exception {
        assertThat(problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem).contains("yard.crate must stay until an end that its contract announced"));
        publish(ENDING);
        agree("a-crate", END.plusDays(10));
        assertThat(problems())
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("must stay until the end of 2026-12-10"));

        now = Instant.parse("2026-12-11T00:00:00Z");
        assertThat(problems())
                .containsExactly("[domains/yard/products/crate.odcs.yaml:1] removed-early: yard.crate must have no live"
                        + " agreement when it goes but is read by user u-ada (a-crate, until 2026-12-21T00:00:00Z)");

        now = now.plus(Duration.ofDays(10));
        assertThat(problems()).isEmpty();
    }

    @Test
    void whereTheRecordHasAGapNothingGoes() throws Exception {
        publish(ENDING);
        agree("a-crate", END);
        now = Instant.parse("2026-12-11T00:00:00Z");
        List<GovernanceLog.Entry> entries = log.read(0);
        GovernanceImage torn =
                GovernanceImage.EMPTY.with(List.of(entries.get(0), entries.get(1), entries.get(entries.size() - 1)));
        assertThat(torn.gap()).isPresent();

        assertThat(new PublishedGuard(registry, contracts(), () -> torn, () -> now).problems())
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem)
                                .contains(
                                        "must have no live agreement when it goes but is read by whoever it is, for the record"));
    }

    @Test
    void aRecordThatCannotBeReadIsNoPermission() {
        PublishedGuard guard = new PublishedGuard(
                registry,
                contracts(CRATE),
                () -> {
                    throw new GovernanceLogException("[log] nobody answers", new IllegalStateException());
                },
                () -> now);

        assertThatThrownBy(guard::problems)
                .isInstanceOf(ProvisioningException.class)
                .hasMessage("[log] nobody answers");
    }

    private List<String> problems(Contract... products) {
        return new PublishedGuard(registry, contracts(products), agreements::image, () -> now).problems();
    }

    private void publish(Contract product) throws Exception {
        registry.register(product.topic().subject(), product.schema());
        install(Directory.of(People.all(), contracts(product)));
    }

    private void install(Directory directory) throws Exception {
        submit("ove", new Action.Install(directory));
    }

    /** Ada reads labels. */
    private void agree(String id, LocalDate end) throws Exception {
        Terms terms = new Terms("to plan berths", People.TODAY, end, java.util.Set.of("label"));
        submit("ada", new Action.Ask(id, CRATE.name(), new Consumer.User("u-ada"), terms));
        Agreement.Request open = Objects.requireNonNull(
                agreements.image().agreement(id).orElseThrow().open());
        submit("cem", new Action.Approve(id, open.hash()));
    }

    private void submit(String as, Action action) throws Exception {
        agreements.submit(new Command("c-" + commands++, as, action));
    }

    private static Contracts contracts(Contract... products) {
        return new Contracts(
                List.of(
                        new Domain("harbour", "", "u-eva", "CC-1", List.of(), Path.of("domain.yaml")),
                        new Domain("yard", "", "u-bea", "CC-1", List.of("u-cem", "u-dan"), Path.of("domain.yaml"))),
                List.of(),
                List.of(products));
    }

    private static Contract crate(String topic, String... fields) {
        Map<String, Classification> classifications = new java.util.TreeMap<>();
        for (String field : fields) {
            classifications.put(field, Classification.INTERNAL);
        }
        return People.contract(topic, classifications);
    }

    private static Contract living(Contract of, List<String> key, Lifetime lifetime) {
        return new Contract(
                of.name(),
                of.version(),
                of.status(),
                of.description(),
                of.owner(),
                of.costCentre(),
                of.topic(),
                of.schema(),
                key,
                of.fields(),
                of.origin(),
                of.sla(),
                of.retention(),
                of.partitions(),
                of.layout(),
                of.upkeep(),
                of.quality(),
                null,
                of.disclosure(),
                lifetime,
                of.file());
    }
}
