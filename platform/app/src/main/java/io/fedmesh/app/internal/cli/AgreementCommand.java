package io.fedmesh.app.internal.cli;

import io.fedmesh.govern.agreement.Action;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.GovernanceImage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** Somebody does something to one agreement, and is shown how it then stands. */
abstract class AgreementCommand implements Callable<Integer> {
    final Surroundings surroundings;

    @Mixin
    ActingOption acting = new ActingOption();

    @Mixin
    CommandIdOption command = new CommandIdOption();

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    ReadingOptions options = new ReadingOptions();

    AgreementCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Refuses wrong usage, before any mesh is asked. */
    void check() {}

    /** What is done. */
    abstract Action.OfAgreement action(Desk desk);

    /** Says what is to be known beside the agreement itself. */
    void tell(GovernanceImage image, Agreement agreement) {}

    @Override
    public final Integer call() {
        check();
        try (Desk desk = Desk.open(surroundings, options, acting)) {
            Action.OfAgreement action = action(desk);
            GovernanceImage then = desk.submit(command.id(), action);
            Agreement agreement = Desk.agreement(then, action.agreement());
            new AgreementText(then, agreement, desk.clock().instant()).print(output.format, surroundings.console());
            tell(then, agreement);
        }
        return Cli.OK;
    }
}
