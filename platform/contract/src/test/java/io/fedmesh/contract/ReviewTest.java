package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Verdict.Outcome;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 26);
    private static final String WAIVERS = "domains/sales/waivers.yaml";
    private static final String NAMED = "domains/sales/policies/named.yaml";
    private static final String POLICY = """
            id: sales.named
            title: Products say what they are
            severity: error
            expression: contract.description.size() > 10
            message: a product must say what it is
            """;
    private static final String WAIVER = """
            waivers:
              - policy: pii-protection
                product: order
                owner: u-1
                reason: the source masks it
                until: 2026-12-31
            """;

    @TempDir
    Path folder;

    private TestRepository repository;

    @BeforeEach
    void write() {
        repository = TestRepository.orderlyIn(folder);
    }

    @Test
    void anOrderlyRepositoryPassesEveryPolicyOfThePlatform() {
        Review review = review();

        assertThat(review.isAllowed()).isTrue();
        assertThat(review.problems()).isEmpty();
        assertThat(review.warnings()).isEmpty();
        assertThat(review.policies()).extracting(Policy::domain).containsOnlyNulls();
        assertThat(review.verdicts())
                .hasSize(2 * review.policies().size())
                .extracting(Verdict::outcome)
                .containsOnly(Outcome.PASSED);
    }

    /** A file, what stands in it, what stands there instead, and what is said of it. */
    static List<Arguments> breaches() {
        String retention = "retention: history must be kept for 30 to 3660 days, and tombstones for 7 to 90, which does"
                + " not hold";
        return List.of(
                Arguments.of(
                        TestRepository.ORDER_SCHEMA,
                        ", \"protection\": \"tokenise\"",
                        "",
                        "pii-protection: every field tagged PII must have a protection, such as \"protection\":"
                                + " \"tokenise\" in its schema, which does not hold for email"),
                Arguments.of(
                        TestRepository.ORDER_SCHEMA,
                        "\"confidential\"",
                        "\"restricted\"",
                        "public-product: a public product must have no field above confidential, which does not hold for"
                                + " email"),
                Arguments.of(TestRepository.ORDER, "history: P30D", "history: P29D", retention),
                Arguments.of(TestRepository.ORDER, "history: P30D", "history: P3661D", retention),
                Arguments.of(TestRepository.ORDER, "tombstones: P7D", "tombstones: P6D", retention),
                Arguments.of(TestRepository.ORDER, "tombstones: P7D", "tombstones: P91D", retention));
    }

    @ParameterizedTest
    @MethodSource("breaches")
    void aProductThatBreaksAPolicyIsToldWhichAndWhere(String file, String from, String to, String said) {
        repository.change(file, from, to);

        assertThat(failed(review())).containsExactly("[domains/sales/products/order.odcs.yaml:1] " + said);
    }

    @Test
    void aProductOfAFileThatIsWrongIsNotAskedAndTheOthersAre() {
        repository.change(TestRepository.TOTAL, "status: active", "status: alive");
        repository.change(TestRepository.ORDER, "history: P30D", "history: P29D");

        Review review = review();

        assertThat(review.isAllowed()).isFalse();
        assertThat(review.problems()).singleElement().asString().contains("status");
        assertThat(failed(review)).singleElement().asString().contains("order.odcs.yaml:1] retention:");
        assertThat(review.verdicts())
                .extracting(verdict -> verdict.product().toString())
                .containsOnly("sales.order");
    }

    @Test
    void aDomainAddsAPolicyForItsOwnProducts() {
        repository.write(NAMED, POLICY.replace("> 10", "> 1000"));
        repository.write("domains/stock/domain.yaml", """
                name: stock
                description: What there is.
                owner: u-5
                costCentre: CC-5
                stewards: [u-5, u-6]
                """);
        repository.write(
                "domains/stock/policies/none.yaml",
                POLICY.replace("sales.named", "stock.none").replace("contract.description.size() > 10", "1 == 2"));

        Review review = review();

        assertThat(review.policies()).extracting(Policy::id).endsWith("sales.named", "stock.none");
        assertThat(failed(review))
                .containsExactly(
                        "[domains/sales/products/order.odcs.yaml:1] sales.named: a product must say what it is, which does"
                                + " not hold",
                        "[domains/sales/products/total.odcs.yaml:1] sales.named: a product must say what it is, which does"
                                + " not hold");
        assertThat(review.ofDomain("stock").isAllowed()).isTrue();
        assertThat(review.ofDomain("stock").verdicts()).isEmpty();
    }

    @Test
    void aDomainTakesThePlaceOfNoPolicyOfThePlatform() {
        repository.write("domains/sales/policies/pii-protection.yaml", POLICY.replace("sales.named", "pii-protection"));
        repository.change(TestRepository.ORDER_SCHEMA, ", \"protection\": \"tokenise\"", "");

        Review review = review();

        assertThat(problems(review))
                .containsExactly("[domains/sales/policies/pii-protection.yaml:1] name: 'id' must be"
                        + " 'sales.pii-protection', for a domain cannot take the place of the platform's policies, but was"
                        + " 'pii-protection'");
        assertThat(failed(review)).singleElement().asString().contains("pii-protection");
    }

    @Test
    void aDomainMayNameAPolicyOfItsOwnAsThePlatformDoesAndBothHold() {
        repository.write(
                "domains/sales/policies/retention.yaml",
                POLICY.replace("sales.named", "sales.retention").replace("> 10", "> 0"));
        repository.change(TestRepository.ORDER, "history: P30D", "history: P29D");

        assertThat(failed(review())).singleElement().asString().contains("] retention:");
    }

    @Test
    void aWarningStopsNobody() {
        repository.write(
                NAMED, POLICY.replace("severity: error", "severity: warning").replace("> 10", "> 1000"));

        Review review = review();

        assertThat(review.isAllowed()).isTrue();
        assertThat(review.warnings()).hasSize(2).extracting(Problem::rule).containsOnly("sales.named");
    }

    @Test
    void anExpressionThatDoesNotCompileIsToldWithItsLine() {
        repository.write(
                NAMED,
                POLICY.replace(
                        "expression: contract.description.size() > 10",
                        "expression: |\n  contract.description.size() > 10\n  && contract.ownr == 'u-1'"));

        assertThat(problems(review()))
                .singleElement()
                .asString()
                .startsWith("[domains/sales/policies/named.yaml:6] expression: 'expression' must compile but: ")
                .contains("ownr");
    }

    @Test
    void anExpressionThatFailsRefusesAndNoWaiverHelps() {
        repository.write(NAMED, POLICY.replace("contract.description.size() > 10", "contract.key[7] == 'x'"));
        repository.write(WAIVERS, WAIVER.replace("pii-protection", "sales.named"));

        Review review = review();

        assertThat(review.isAllowed()).isFalse();
        assertThat(review.verdicts().stream()
                        .filter(verdict -> verdict.policy().id().equals("sales.named")))
                .extracting(Verdict::outcome)
                .containsOnly(Outcome.UNDECIDED);
        assertThat(failed(review)).allMatch(said -> said.contains(", which cannot be decided: "));
    }

    @Test
    void anUnknownKeyOfAPolicyIsRefused() {
        repository.write(NAMED, POLICY + "enabled: false\n");

        assertThat(problems(review()))
                .containsExactly(
                        "[domains/sales/policies/named.yaml:6] unknown-key: 'enabled' must be one of id, title,"
                                + " severity, on, expression, offenders, message but was given");
    }

    @Test
    void aWaiverLetsOneProductGoOnUntilItsEnd() {
        repository.change(TestRepository.ORDER_SCHEMA, ", \"protection\": \"tokenise\"", "");
        repository.write(WAIVERS, WAIVER);

        for (String day : List.of("2026-11-26", "2026-12-31")) {
            Review review = Review.of(folder, LocalDate.parse(day));
            assertThat(review.isAllowed()).isTrue();
            assertThat(review.warnings()).isEmpty();
            assertThat(review.verdicts())
                    .filteredOn(verdict -> verdict.outcome() == Outcome.WAIVED)
                    .singleElement()
                    .satisfies(verdict -> {
                        assertThat(verdict.product()).hasToString("sales.order");
                        assertThat(Objects.requireNonNull(verdict.waiver()).reason())
                                .isEqualTo("the source masks it");
                    });
        }
        Review after = Review.of(folder, LocalDate.parse("2027-01-01"));
        assertThat(problems(after))
                .containsExactly(
                        "[domains/sales/waivers.yaml:6] waiver-expired: 'waivers[0].until' must be 2027-01-01 or"
                                + " later to waive anything but was '2026-12-31'");
        assertThat(failed(after)).singleElement().asString().contains("pii-protection");
    }

    @Test
    void anExpiredWaiverIsAFailureByItself() {
        repository.write(WAIVERS, WAIVER.replace("2026-12-31", "2026-11-25"));

        Review review = review();

        assertThat(review.isAllowed()).isFalse();
        assertThat(review.problems()).extracting(Problem::rule).containsExactly("waiver-expired");
        assertThat(failed(review)).isEmpty();
    }

    @Test
    void aWaiverThatNobodyNeedsIsAWarning() {
        repository.write(WAIVERS, WAIVER);

        Review review = review();

        assertThat(review.isAllowed()).isTrue();
        assertThat(review.warnings())
                .extracting(Problem::toString)
                .containsExactly("[domains/sales/waivers.yaml:2] waiver-needless: sales.order must need a waiver from"
                        + " 'pii-protection' but passes; take the waiver away");
    }

    /** What stands in a waiver, what stands there instead, and what is said of it. */
    static List<Arguments> mistakes() {
        return List.of(
                Arguments.of(
                        "policy: pii-protection",
                        "policy: pii",
                        "[domains/sales/waivers.yaml:2] waiver: 'waivers[0].policy' must name a policy that holds for the"
                                + " product but was 'pii'"),
                Arguments.of(
                        "policy: pii-protection",
                        "policy: stock.named",
                        "[domains/sales/waivers.yaml:2] waiver: 'waivers[0].policy' must name a policy that holds for the"
                                + " product but was 'stock.named'"),
                Arguments.of(
                        "product: order",
                        "product: orders",
                        "[domains/sales/waivers.yaml:3] waiver: 'waivers[0].product' must name a product of 'sales' but was"
                                + " 'orders'"),
                Arguments.of(
                        "product: order",
                        "product: '*'",
                        "[domains/sales/waivers.yaml:3] value: 'waivers[0].product' must match [a-z][a-z0-9-]{0,30} but was"
                                + " '*'"),
                Arguments.of(
                        "until: 2026-12-31",
                        "until: 2026-02-30",
                        "[domains/sales/waivers.yaml:6] value: 'waivers[0].until' must be a day such as 2027-03-31 but was"
                                + " '2026-02-30'"),
                Arguments.of(
                        "until: 2026-12-31",
                        "until: 9999-12-31",
                        "[domains/sales/waivers.yaml:6] waiver: 'waivers[0].until' must be within 366 days, for an exception"
                                + " ends, but was '9999-12-31'"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aWaiverThatIsWrongWaivesNothing(String from, String to, String said) {
        repository.change(TestRepository.ORDER_SCHEMA, ", \"protection\": \"tokenise\"", "");
        repository.write(WAIVERS, WAIVER);
        repository.change(WAIVERS, from, to);

        Review review = review();

        assertThat(problems(review)).containsExactly(said);
        assertThat(failed(review)).singleElement().asString().contains("pii-protection");
    }

    @Test
    void aPolicyOnChangesLooksAtWhatIsInForce(@TempDir Path other) throws Exception {
        String moved =
                "(change.version == 'major' || !('amount' in change.fieldsLowered)) && before.owner == contract.owner";
        repository.write(
                NAMED,
                POLICY.replace("severity", "on: change\nseverity").replace("contract.description.size() > 10", moved));
        Contracts before = TestRepository.orderlyIn(other)
                .change(
                        TestRepository.ORDER_SCHEMA,
                        "\"scale\": 2}}",
                        "\"scale\": 2}, \"classification\": \"confidential\"}")
                .change(
                        TestRepository.TOTAL_SCHEMA,
                        "\"scale\": 2}}",
                        "\"scale\": 2}, \"classification\": \"confidential\"}")
                .load();

        assertThat(failed(Review.ofChange(folder, TODAY, before))).hasSize(2);
        assertThat(failed(Review.ofChange(folder, TODAY, repository.load()))).isEmpty();
        assertThat(review().verdicts())
                .noneMatch(verdict -> verdict.policy().id().equals("sales.named"));
    }

    /** FAULTS-AND-ATTACKS B10, of the two kinds of file that only a review reads. */
    @ParameterizedTest
    @ValueSource(strings = {NAMED, WAIVERS})
    void aFileThatAttacksItsReaderIsRefused(String file) {
        for (String attack : List.of(
                "a: &a [x]\nb: *a\n",
                "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[]]]\n",
                "<<: {id: sales.named}\nid: sales.named\nid: sales.named\n",
                "a: " + "[".repeat(60) + "]".repeat(60) + "\n",
                "a: b\n---\na: b\n",
                "a: \u0007\n",
                "x".repeat(5_000_000))) {
            repository.write(file, attack);
            assertThat(review().isAllowed())
                    .as(attack.substring(0, Math.min(20, attack.length())))
                    .isFalse();
        }
        repository.write(file, new byte[] {'a', ':', ' ', (byte) 0xc3, (byte) 0x28, '\n'});
        assertThat(problems(review())).singleElement().asString().contains("] encoding: ");
    }

    /** FAULTS-AND-ATTACKS B5, of policies' names. */
    @ParameterizedTest
    @ValueSource(strings = {"Named", "na med", "..", "-named", "named*", "a-name-of-more-than-thirty-one-letters"})
    void aPolicyWhoseNameIsNoneIsRefused(String name) {
        repository.write("domains/sales/policies/" + name + ".yaml", POLICY);

        assertThat(review().problems()).extracting(Problem::rule).containsExactly("name");
        assertThat(review().policies()).extracting(Policy::domain).containsOnlyNulls();
    }

    private Review review() {
        return Review.of(folder, TODAY);
    }

    private static List<String> problems(Review review) {
        return review.problems().stream().map(Problem::toString).toList();
    }

    private static List<String> failed(Review review) {
        return review.verdicts().stream()
                .filter(verdict -> !verdict.outcome().isAllowed())
                .map(verdict -> verdict.problem().toString())
                .toList();
    }
}
