package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contract.Lifetime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether contracts may take the place of what is published. */
class SuccessionTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-26");
    private static final LocalDate END = LocalDate.parse("2027-03-31");
    private static final ProductName CRATE = ProductName.parse("yard.crate");
    private static final ProductName NEXT = ProductName.parse("yard.crate-v2");
    private static final String ID = "{'name': 'id', 'type': 'string'}";
    private static final String WEIGHT = "{'name': 'weight', 'type': 'long'}";
    private static final String LABEL = "{'name': 'label', 'type': ['null', 'string'], 'default': null}";
    private static final String KIND = "{'name': 'kind', 'type': {'type': 'enum', 'name': 'K', 'symbols': [%s]}}";
    private static final Contract OLD = crate(ID, WEIGHT, LABEL, KIND.formatted("'A', 'B'"));
    private static final String WAY_OUT =
            "; publish what is new beside it, as a product of the next major version that 'succeeds' yard.crate";

    static List<Arguments> breaks() {
        String ab = KIND.formatted("'A', 'B'");
        return List.of(
                Arguments.of(
                        "a field gone",
                        crate(ID, WEIGHT, ab),
                        "yard.crate.label must stay as it was published, for whoever reads it, but field gone: was"
                                + " optional string and is no more"),
                Arguments.of(
                        "a type narrowed",
                        crate(ID, "{'name': 'weight', 'type': 'int'}", LABEL, ab),
                        "yard.crate.weight must stay as it was published, for whoever reads it, but type changed: was"
                                + " long and is int: who reads it as it is cannot read what stands there"),
                Arguments.of(
                        "made required",
                        crate(ID, WEIGHT, "{'name': 'label', 'type': 'string'}", ab),
                        "yard.crate.label must stay as it was published, for whoever reads it, but type changed: was"
                                + " optional string and is string: who reads it as it is cannot read what stands there"),
                Arguments.of(
                        "a symbol gone",
                        crate(ID, WEIGHT, LABEL, KIND.formatted("'A'")),
                        "yard.crate.kind must stay as it was published, for whoever reads it, but type changed: was"
                                + " enum A|B and is enum A: who reads it as it is cannot read what stands there"),
                Arguments.of(
                        "renamed",
                        crate(ID, "{'name': 'mass', 'aliases': ['weight'], 'type': 'long'}", LABEL, ab),
                        "yard.crate.weight must stay as it was published, for whoever reads it, but field renamed: is"
                                + " 'mass' now"),
                Arguments.of(
                        "new and required",
                        crate(ID, WEIGHT, LABEL, ab, "{'name': 'berth', 'type': 'string'}"),
                        "yard.crate.berth must stay as it was published, for whoever reads it, but field without"
                                + " default: is new and has no default for the events that stand there"),
                Arguments.of(
                        "another key",
                        with(OLD, OLD.topic(), "1.1.0", List.of("id", "weight"), Lifetime.OPEN, OLD.fields()),
                        "yard.crate must stay as it was published, for whoever reads it, but key changed: was id and"
                                + " is id, weight"),
                Arguments.of(
                        "a major version in its place",
                        with(
                                OLD,
                                TopicName.parse("yard.public.crate.state.v2"),
                                "2.0.0",
                                List.of("id"),
                                Lifetime.OPEN,
                                OLD.fields()),
                        "yard.crate must stay as it was published, for whoever reads it, but topic moved: was"
                                + " yard.public.crate.state.v1 and is yard.public.crate.state.v2"),
                Arguments.of(
                        "tokens in place of values",
                        guarded(Classification.INTERNAL, Contract.Protection.TOKENISE),
                        "yard.crate.label must stay as it was published, for whoever reads it, but protection changed:"
                                + " was clear and is tokenise"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaks")
    void aBreakInPlaceIsRefused(String name, Contract now, String message) {
        assertThat(refusals(OLD, null, now))
                .containsExactly("[domains/yard/products/crate.odcs.yaml:1] breaking-change: " + message + WAY_OUT);
    }

    @Test
    void theSameBreakBesideWhatItBreaksIsAllowedUntilTheStatedEnd() {
        assertThat(refusals(OLD, null, ending(END), next("2.0.0"))).isEmpty();
        assertThat(refusals(OLD, null, ending(TODAY), next("2.0.0")))
                .as("a day is long enough")
                .isEmpty();
    }

    @Test
    void anOldProductThatBreaksBesideItsSuccessorIsRefusedAllTheSame() {
        Contract broken = with(
                crate(ID, WEIGHT, KIND.formatted("'A', 'B'")),
                OLD.topic(),
                "1.1.0",
                List.of("id"),
                new Lifetime(END, NEXT, null),
                Map.of());

        assertThat(refusals(OLD, null, broken, next("2.0.0")))
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("yard.crate.label must stay"));
    }

    @Test
    void aSuccessorWhosePredecessorGoesAtOnceIsRefused() {
        Contract alone = with(next("2.0.0"), next("2.0.0").topic(), "2.0.0", List.of("id"), Lifetime.OPEN, Map.of());

        assertThat(refusals(OLD, null, alone))
                .containsExactly(
                        "[domains/yard/products/crate.odcs.yaml:1] removed-early: yard.crate must stay until an"
                                + " end that its contract announced ('status: deprecated' and 'endOfLife' among its"
                                + " 'slaProperties') but is gone and announced none");
    }

    @Test
    void anOverlapThatIsOverBeforeItBeginsIsRefused() {
        assertThat(refusals(OLD, null, ending(TODAY.minusDays(1)), next("2.0.0")))
                .containsExactly(
                        "[domains/yard/products/crate.odcs.yaml:1] overlap: 'slaProperties.endOfLife' must be 2026-11-26 or"
                                + " later, to be an announcement, but was 2026-11-25",
                        "[domains/yard/products/crate-v2.odcs.yaml:1] overlap: 'customProperties.succeeds.until' must be"
                                + " 2026-11-26 or later, so that yard.crate-v2 stands beside yard.crate, but was"
                                + " 2026-11-25");
        assertThat(refusals(ending(TODAY.minusDays(1)), null, ending(TODAY.minusDays(1)), next("2.0.0")))
                .as("announced long ago, and only the successor is new")
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("'customProperties.succeeds.until' must be"));
    }

    @Test
    void anAnnouncedEndIsPutOffAndNeverBroughtForward() {
        assertThat(refusals(ending(END), null, ending(END.plusDays(1)))).isEmpty();
        assertThat(refusals(ending(END), null, OLD)).as("withdrawn").isEmpty();
        assertThat(refusals(ending(END), null, ending(END.minusDays(1))))
                .containsExactly("[domains/yard/products/crate.odcs.yaml:1] overlap: 'slaProperties.endOfLife' must be"
                        + " 2027-03-31, as was announced, or later but was 2027-03-30");
    }

    @Test
    void aProductGoesAfterItsLastDayAndNotOnIt() {
        assertThat(refusals(ending(TODAY.minusDays(1)), product -> List.of())).isEmpty();
        assertThat(refusals(ending(TODAY), product -> List.of()))
                .containsExactly(
                        "[domains/yard/products/crate.odcs.yaml:1] removed-early: yard.crate must stay until the"
                                + " end of 2026-11-26, as its contract announced, but is gone on 2026-11-26");
        assertThat(refusals(OLD, product -> List.of()))
                .singleElement()
                .satisfies(problem -> assertThat(problem).endsWith("but is gone and announced none"));
    }

    @Test
    void aProductThatSomebodyReadsByAgreementStaysAndTheReadersAreNamed() {
        Succession.Readers readers =
                product -> product.equals(CRATE) ? List.of("user u-ada (a-1)", "team quay") : List.of();

        assertThat(refusals(ending(TODAY.minusDays(1)), readers))
                .containsExactly("[domains/yard/products/crate.odcs.yaml:1] removed-early: yard.crate must have no live"
                        + " agreement when it goes but is read by user u-ada (a-1), team quay");
        assertThat(refusals(ending(TODAY.minusDays(1)), (Succession.Readers) null))
                .as("where nobody was asked the day alone decides")
                .isEmpty();
        assertThat(refusals(ending(END), readers, ending(END))).as("it stays").isEmpty();
    }

    @Test
    void whatBreaksNobodyPasses() {
        assertThat(refusals(OLD, null, OLD)).isEmpty();
        assertThat(refusals(
                        OLD,
                        null,
                        crate(
                                ID,
                                WEIGHT,
                                LABEL,
                                KIND.formatted("'A', 'B'"),
                                "{'name': 'berth', 'type': ['null', 'string'], 'default': null}")))
                .isEmpty();
        assertThat(refusals(OLD, null, OLD, next("2.0.0")))
                .as("a product that is new, whatever it follows")
                .isEmpty();
        assertThat(Succession.refusals(List.of(), contracts(OLD), TODAY, null)).isEmpty();
    }

    @Test
    void whoGuardsDataBetterBreaksNoPromise() {
        assertThat(refusals(OLD, null, guarded(Classification.RESTRICTED, Contract.Protection.CLEAR)))
                .isEmpty();
    }

    @Test
    void whatIsNotKnownOfWhatStandsIsNotCompared() {
        Offer little = new Offer(CRATE, OLD.topic().toString(), null, null, Map.of(), null, null);

        assertThat(Succession.refusals(
                        List.of(little),
                        contracts(with(OLD, OLD.topic(), "1.0.0", List.of("weight"), Lifetime.OPEN, OLD.fields())),
                        TODAY,
                        null))
                .isEmpty();
        assertThat(Succession.refusals(List.of(little), contracts(), TODAY, null))
                .as("that it is gone is known")
                .hasSize(1);
    }

    private static List<String> refusals(Contract before, Succession.@Nullable Readers readers, Contract... after) {
        return Succession.refusals(List.of(Offer.of(before)), contracts(after), TODAY, readers).stream()
                .map(Problem::toString)
                .toList();
    }

    private static Contracts contracts(Contract... products) {
        return new Contracts(List.of(), List.of(), List.of(products));
    }

    private static Contract ending(LocalDate end) {
        return with(OLD, OLD.topic(), "1.0.0", List.of("id"), new Lifetime(end, NEXT, null), OLD.fields());
    }

    /** Breaks everything there is. */
    private static Contract next(String version) {
        Contract next = crate(ID);
        return new Contract(
                NEXT,
                version,
                next.status(),
                next.description(),
                next.owner(),
                next.costCentre(),
                TopicName.parse("yard.public.crate-v2.state.v2"),
                next.schema(),
                next.keyFields(),
                next.fields(),
                next.origin(),
                next.sla(),
                next.retention(),
                next.partitions(),
                next.layout(),
                next.upkeep(),
                next.quality(),
                null,
                next.disclosure(),
                new Lifetime(null, null, CRATE),
                Path.of("domains/yard/products/crate-v2.odcs.yaml"));
    }

    private static Contract guarded(Classification classification, Contract.Protection protection) {
        Map<String, Contract.Field> fields = new LinkedHashMap<>(OLD.fields());
        fields.put("label", new Contract.Field(classification, Set.of(), protection));
        return with(OLD, OLD.topic(), "1.1.0", List.of("id"), Lifetime.OPEN, fields);
    }

    private static Contract crate(String... fields) {
        String text = "{'type': 'record', 'name': 'Crate', 'fields': [" + String.join(", ", fields) + "]}";
        Schema schema = new Schema.Parser().parse(text.replace('\'', '"'));
        Map<String, Contract.Field> guards = new LinkedHashMap<>();
        schema.getFields()
                .forEach(field -> guards.put(field.name(), new Contract.Field(Classification.INTERNAL, Set.of())));
        return new Contract(
                CRATE,
                "1.0.0",
                "active",
                "Crates.",
                "u-bea",
                "CC-1",
                TopicName.parse("yard.public.crate.state.v1"),
                schema,
                List.of("id"),
                guards,
                new Contract.Captured("shed", "yard.crates", Map.of()),
                new Contract.Sla(Duration.ofMinutes(5), 99.5),
                new Contract.Retention(Duration.ofDays(90), Duration.ofDays(7)),
                1,
                Path.of("domains/yard/products/crate.odcs.yaml"));
    }

    private static Contract with(
            Contract of,
            TopicName topic,
            String version,
            List<String> key,
            Lifetime lifetime,
            Map<String, Contract.Field> fields) {
        return new Contract(
                of.name(),
                version,
                of.status(),
                of.description(),
                of.owner(),
                of.costCentre(),
                topic,
                of.schema(),
                key,
                fields,
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
