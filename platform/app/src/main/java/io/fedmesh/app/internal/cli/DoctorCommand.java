package io.fedmesh.app.internal.cli;

import io.fedmesh.local.Doctor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Say what is wrong on this machine for a local mesh, and how to mend it.")
final class DoctorCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    HomeOption homeOption = new HomeOption();

    @Mixin
    OutputOption output = new OutputOption();

    DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Rows rows = new Rows("looked at", "ok", "wrong", "remedy");
        boolean isWell = true;
        for (Doctor.Finding finding :
                Doctor.of(homeOption.home(surroundings).folder()).examine()) {
            rows.add(finding.name(), finding.ok() ? "yes" : "no", finding.wrong(), finding.remedy());
            isWell &= finding.ok();
        }
        rows.print(output.format, surroundings.console().out());
        return isWell ? Cli.OK : Cli.FAILED;
    }
}
