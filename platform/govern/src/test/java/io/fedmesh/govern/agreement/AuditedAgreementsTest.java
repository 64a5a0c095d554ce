package io.fedmesh.govern.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.govern.audit.AuditEvent;
import io.fedmesh.govern.audit.AuditEvent.Outcome;
import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.AuditedChanges;
import io.fedmesh.govern.audit.RecordingLog;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Every command of the workflow stands on the record, whatever came of it. */
class AuditedAgreementsTest {
    private final Desk desk = new Desk();
    private final RecordingLog record = new RecordingLog();
    private final AuditedAgreements agreements = new AuditedAgreements(
            desk.agreements,
            new AuditedChanges(
                    record,
                    Clock.fixed(desk.now, ZoneOffset.UTC),
                    () -> UUID.randomUUID().toString()));
    private int commands;

    private void submit(String as, Action action) throws CommandRefusedException {
        agreements.submit(new Command("d-" + commands++, as, action));
    }

    private static Action.Ask ask() {
        return new Action.Ask("a-1", People.CRATE, new Consumer.User("u-ada"), People.terms("id"));
    }

    @Test
    void whoAskedForWhatAndWhyIsRecordedUnderTheStableSubjectId() throws Exception {
        submit("ADA", ask());

        assertThat(record.said()).containsExactly("agreement.request ATTEMPTED", "agreement.request DONE");
        AuditEvent attempt = record.events.get(0);
        assertThat(attempt.who().name()).isEqualTo("u-ada");
        assertThat(attempt.resource()).isEqualTo("yard.crate");
        assertThat(attempt.purpose()).isEqualTo("to plan berths");
        assertThat(attempt.agreementIds()).containsExactly("a-1");
        assertThat(attempt.reasons()).containsExactly("command d-0", "from 2026-11-26 to 2026-12-26", "fields id");
        assertThat(record.sealed).hasSize(2);
    }

    @Test
    void aRefusedCommandIsRecordedWithTheRuleThatRefusedIt() throws Exception {
        submit("ada", ask());
        assertThatThrownBy(() -> submit("ada", desk.approval("a-1"))).isInstanceOf(CommandRefusedException.class);
        assertThatThrownBy(() -> submit("mallory\r\n", desk.approval("a-1")))
                .isInstanceOf(CommandRefusedException.class);

        AuditEvent denied = record.events.get(3);
        assertThat(denied.action()).isEqualTo("agreement.approve");
        assertThat(denied.outcome()).isEqualTo(Outcome.DENIED);
        assertThat(denied.resource()).isEqualTo("yard.crate");
        assertThat(denied.reasons().get(0)).contains("[agreement a-1]", "but was u-ada");
        assertThat(record.events.get(5).who().name()).isEqualTo("mallory\\u000d\\u000a");
        assertThat(record.events.get(5).outcome()).isEqualTo(Outcome.DENIED);
    }

    @Test
    void whereTheRecordIsDownNothingIsGranted() throws Exception {
        submit("ada", ask());
        record.downAfter = record.events.size();

        assertThatThrownBy(() -> submit("cem", desk.approval("a-1")))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("nothing was done");

        assertThat(desk.live()).isEmpty();
    }

    @Test
    void whatWasDoneButNotRecordedIsRecordedByTheSameCommandAgain() throws Exception {
        submit("ada", ask());
        Command approval = new Command("once", "cem", desk.approval("a-1"));
        record.downAfter = record.events.size() + 1;
        assertThatThrownBy(() -> agreements.submit(approval))
                .isInstanceOf(AuditUnavailableException.class)
                .hasMessageContaining("was done");
        record.downAfter = Integer.MAX_VALUE;

        agreements.submit(approval);

        assertThat(desk.live()).containsExactly("a-1");
        assertThat(record.said())
                .endsWith("agreement.approve ATTEMPTED", "agreement.approve ATTEMPTED", "agreement.approve DONE");
    }

    @Test
    void glassThatIsBrokenIsRecordedWithItsReasonBeforeItIsOpen() throws Exception {
        submit(
                "ove",
                new Action.BreakGlass(
                        "g-1", People.CRATE, "a ship is sinking", desk.now.plus(Duration.ofHours(1)), Set.of("id")));

        AuditEvent attempt = record.events.get(0);
        assertThat(attempt.action()).isEqualTo("agreement.break-glass");
        assertThat(attempt.purpose()).isEqualTo("a ship is sinking");
        assertThat(attempt.agreementIds()).containsExactly("g-1");
        assertThat(desk.live()).containsExactly("g-1");
    }

    @Test
    void everyActionHasAName() {
        for (Class<?> action : Action.class.getPermittedSubclasses()) {
            assertThat(action == Action.OfAgreement.class || action == Action.Install.class)
                    .as("%s must be named on the record", action)
                    .isTrue();
        }
        assertThat(List.of(Action.OfAgreement.class.getPermittedSubclasses()))
                .as("who adds an action names it in AuditedAgreements, with its purpose")
                .containsExactlyInAnyOrder(
                        Action.Ask.class,
                        Action.Edit.class,
                        Action.Renew.class,
                        Action.Approve.class,
                        Action.Deny.class,
                        Action.Revoke.class,
                        Action.BreakGlass.class,
                        Action.Review.class);
    }
}
