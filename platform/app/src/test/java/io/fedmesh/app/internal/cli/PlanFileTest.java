package io.fedmesh.app.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanFileTest {
    private static final Plan PLAN = new Plan(
            "0a".repeat(32),
            List.of(
                    Plan.Change.add(Plan.Thing.TOPIC, "yard.public.crate.state.v1", "partitions=1"),
                    new Plan.Change(Plan.Thing.TOPIC, "t", "retention.ms", Plan.Action.CHANGE, null, "5"),
                    Plan.Change.remove(Plan.Thing.GRANT, "closed.stream READ TOPIC \"t\"")),
            List.of("a problem"),
            List.of("a stray"),
            List.of("a note"));

    @TempDir
    Path folder;

    @Test
    void aPlanComesBackFromItsFileAsItWas() throws Exception {
        Path file = folder.resolve("plan.json");
        PlanFile.write(PLAN, file);

        assertThat(PlanFile.read(file)).isEqualTo(PLAN);
        assertThat(Files.readString(file))
                .startsWith("{\"format\":\"fedmesh-plan-1\",\"fingerprint\":\"0a0a")
                .contains("{\"action\":\"change\",\"thing\":\"topic\",\"name\":\"t\",\"attribute\":\"retention.ms\","
                        + "\"from\":null,\"to\":\"5\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "not json",
                "{\"format\":\"fedmesh-plan-1\"}",
                "{\"format\":\"fedmesh-plan-2\",\"fingerprint\":\"F\",\"changes\":[],\"problems\":[],\"strays\":[],\"notes\":[]}",
                "{\"format\":\"fedmesh-plan-1\",\"fingerprint\":\"xyz\",\"changes\":[],\"problems\":[],\"strays\":[],\"notes\":[]}",
                "{\"format\":\"fedmesh-plan-1\",\"fingerprint\":\"F\",\"changes\":[null],\"problems\":[],\"strays\":[],\"notes\":[]}",
                "{\"format\":\"fedmesh-plan-1\",\"fingerprint\":\"F\",\"changes\":[],\"problems\":[],\"strays\":[],\"notes\":[],"
                        + "\"more\":1}",
                "{\"format\":\"fedmesh-plan-1\",\"format\":\"fedmesh-plan-1\",\"fingerprint\":\"F\",\"changes\":[],"
                        + "\"problems\":[],\"strays\":[],\"notes\":[]}",
                "{\"format\":\"fedmesh-plan-1\",\"fingerprint\":\"F\",\"changes\":[{\"action\":\"explode\",\"thing\":\"topic\","
                        + "\"name\":\"t\",\"attribute\":\"\",\"from\":null,\"to\":null}],\"problems\":[],\"strays\":[],\"notes\":[]}",
                "{\"format\":\"fedmesh-plan-1\",\"fingerprint\":\"F\",\"changes\":[],\"problems\":[],\"strays\":[],\"notes\":[]} x"
            })
    void whatIsNoPlanIsRefused(String text) throws Exception {
        Path file = folder.resolve("plan.json");
        Files.writeString(file, text.replace("\"F\"", "\"" + "0a".repeat(32) + "\""));

        assertThatThrownBy(() -> PlanFile.read(file))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("mesh: [" + file + "] must be a plan that ./mesh plan --out wrote but ");
    }

    @Test
    void theExitCodeSaysWhetherThereAreChanges() {
        Plan none = new Plan(PLAN.fingerprint(), List.of(), List.of(), List.of("a stray"), List.of("a note"));
        Plan changes = new Plan(PLAN.fingerprint(), PLAN.changes(), List.of(), List.of(), List.of());

        assertThat(PlanCommand.exitCode(none)).isZero();
        assertThat(PlanCommand.exitCode(changes)).isEqualTo(2);
        assertThat(PlanCommand.exitCode(PLAN)).isEqualTo(1);
        assertThat(PlanText.summary(PLAN))
                .isEqualTo(
                        "1 to add, 1 to change, 1 to remove; 1 problem must be put right before; 1 stray for a person");
        assertThat(PlanText.summary(new Plan(PLAN.fingerprint(), List.of(), List.of(), List.of(), List.of())))
                .isEqualTo("nothing to change");
    }
}
