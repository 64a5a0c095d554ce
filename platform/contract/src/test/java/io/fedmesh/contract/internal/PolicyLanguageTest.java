package io.fedmesh.contract.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.contract.Policy;
import io.fedmesh.contract.internal.PolicyLanguage.Miswritten;
import io.fedmesh.contract.internal.PolicyLanguage.Result;
import io.fedmesh.contract.internal.PolicyLanguage.Undecided;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyLanguageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "contract.name == 'sales.order' && contract.fields.exists_one(f, f.name == 'f7')",
                "contract.fields.filter(f, f.level > 0).size() == 0",
                "has(contract.origin.table) && !has(contract.origin.topology)",
                "contract.retention.historySeconds >= 30 * 86400",
                "contract.sla.availabilityPercent > 99.0",
                "contract.inputs.size() == 0 && !('x' in contract.inputs)",
                "contract.version.matches('^[0-9]+[.]')"
            })
    void anExpressionSeesTheContract(String expression) throws Exception {
        assertThat(compile(expression).holds(facts(10))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "contract.ownr == ''",
                "contract.partitions == 'three'",
                "contract.fields.all(f, f.secret)",
                "contract.owner",
                "before.owner == ''",
                "true ||",
                "",
                "unknown(contract)",
                "contract.fields.map(f, f.name).size() > 0",
                "contract.owner + contract.owner == ''",
                "[contract.owner].size() > 0",
                "{'a': 'b'}.size() > 0",
                "fedmesh.Field{name: 'a'}.name == 'a'"
            })
    void anExpressionThatIsMiswrittenOrMightGrowDoesNotCompile(String expression) {
        assertThatThrownBy(() -> compile(expression))
                .isInstanceOfSatisfying(
                        Miswritten.class, e -> assertThat(e.mistakes()).isNotEmpty());
    }

    @Test
    void anExpressionIsBoundedInLengthNestingAndParts() {
        for (String expression : List.of(
                "true" + " ".repeat(PolicyLanguage.MAX_LENGTH),
                "(".repeat(200) + "true" + ")".repeat(200),
                "!(".repeat(100) + "true" + ")".repeat(100),
                IntStream.range(0, 300)
                        .mapToObj(i -> "1==1")
                        .reduce((a, b) -> a + "&&" + b)
                        .orElseThrow())) {
            assertThatThrownBy(() -> compile(expression)).isInstanceOf(Miswritten.class);
        }
    }

    @Test
    void anEvaluationIsBoundedInTurns() throws Exception {
        PolicyLanguage.Program program =
                compile("contract.fields.all(a, contract.fields.all(b, contract.fields.all(c, c.name != '')))");

        assertThat(program.holds(facts(20))).isTrue();
        assertThatThrownBy(() -> program.holds(facts(100))).isInstanceOf(Undecided.class);
    }

    @Test
    void whatIsAbsentIsNoValue() throws Exception {
        PolicyLanguage.Program program = compile("contract.origin.topology == ''");

        assertThatThrownBy(() -> program.holds(facts(1))).isInstanceOf(Undecided.class);
    }

    @Test
    void offendersAreFieldsByName() throws Exception {
        assertThat(PolicyLanguage.compile(
                                "contract.fields.filter(f, f.name in ['f1', 'f2', 'x'])",
                                Policy.Subject.CONTRACT,
                                Result.FIELDS)
                        .fields(facts(5)))
                .containsExactly("f1", "f2");
        assertThatThrownBy(() -> PolicyLanguage.compile("contract.key", Policy.Subject.CONTRACT, Result.FIELDS))
                .isInstanceOf(Miswritten.class);
    }

    private static PolicyLanguage.Program compile(String expression) throws Miswritten {
        return PolicyLanguage.compile(expression, Policy.Subject.CONTRACT, Result.TRUTH);
    }

    private static Map<String, Object> facts(int fields) {
        Map<String, Object> contract = new LinkedHashMap<>();
        contract.put("name", "sales.order");
        contract.put("version", "1.0.0");
        contract.put("owner", "u-1");
        contract.put("partitions", 3L);
        contract.put("inputs", List.of());
        contract.put("key", List.of("f0"));
        contract.put("origin", Map.of("kind", "captured", "table", "a.b", "source", "s"));
        contract.put("retention", Map.of("historySeconds", 2_592_000L, "tombstonesSeconds", 604_800L));
        contract.put("sla", Map.of("freshnessMs", 1_000L, "availabilityPercent", 99.5));
        contract.put(
                "fields",
                IntStream.range(0, fields)
                        .mapToObj(i -> Map.of("name", "f" + i, "level", 0L, "tags", List.of()))
                        .toList());
        return Map.of("contract", contract);
    }
}
