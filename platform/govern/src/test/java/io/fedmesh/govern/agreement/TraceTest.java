package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.slf4j.LoggerFactory;

/** Whatever people do, nothing is live that was not rightly approved; and each rule is needed for that. */
class TraceTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(Agreements.class);

    private static final long SEED = Long.getLong("fedmesh.seed", 20_261_126L);
    private static final int TRACES = 5_000;

    /** Glass is broken here by the thousand. */
    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        LOG.setLevel(null);
    }

    @Test
    void noTraceEndsInAnAgreementThatNobodyElseApproved() {
        int lives = 0;
        for (int i = 0; i < TRACES; i++) {
            Trace trace = new Trace(Rules.ALL, SEED + i);
            assertThat(trace.run()).as("seed %d", SEED + i).isNull();
            lives += trace.lives();
        }
        assertThat(lives).as("times that something was live").isGreaterThan(TRACES);
    }

    @TestFactory
    List<DynamicTest> withoutARuleSomethingWrongIsFound() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            tests.add(DynamicTest.dynamicTest(
                    rule.name(),
                    () -> assertThat(found(Rules.without(rule)))
                            .as("traces out of %d in which the lack of %s shows", TRACES, rule)
                            .isPositive()));
        }
        return tests;
    }

    private static int found(Rules rules) {
        for (int i = 0; i < TRACES; i++) {
            if (new Trace(rules, SEED + i).run() != null) {
                return 1;
            }
        }
        return 0;
    }
}
