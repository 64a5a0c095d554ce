package io.fedmesh.app.internal.cli;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Grant;
import io.fedmesh.govern.IamPolicy;
import io.fedmesh.govern.ProvisioningSettings;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "grants",
        mixinStandardHelpOptions = true,
        description = "List who may do what by the contracts, or print it as IAM policies for an MSK cluster.")
final class GrantsCommand implements Callable<Integer> {
    private static final ProvisioningSettings ANY = new ProvisioningSettings((short) 1, 1);

    private final Surroundings surroundings;

    @Option(
            names = "--msk",
            paramLabel = "ARN",
            description = "Print JSON: a list of principal, part and IAM policy document for this cluster.")
    @Nullable
    String cluster;

    @Mixin
    OutputOption output = new OutputOption();

    /** A policy, its document as it is. */
    record Policy(String principal, int part, @JsonRawValue String document) {}

    GrantsCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        List<Grant> grants = grants();
        if (cluster != null) {
            List<Policy> policies = IamPolicy.of(grants, parse(cluster)).stream()
                    .map(policy -> new Policy(policy.principal(), policy.part(), policy.document()))
                    .toList();
            surroundings.console().out().println(Json.line(policies));
            return Cli.OK;
        }
        Rows rows = new Rows("principal", "operations", "resource", "match", "name");
        grants.forEach(grant -> rows.add(
                grant.principal(),
                grant.operations().stream().map(GrantsCommand::text).collect(Collectors.joining(" ")),
                text(grant.resource()),
                text(grant.match()),
                grant.name()));
        rows.print(output.format, surroundings.console().out());
        return Cli.OK;
    }

    private List<Grant> grants() {
        try {
            return DesiredState.of(surroundings.contracts(), ANY).grants();
        } catch (InvalidContractsException e) {
            throw new CommandException(
                    Cli.FAILED, e.problems().stream().map(Problem::toString).collect(Collectors.joining("\n")));
        }
    }

    private static IamPolicy.Cluster parse(String arn) {
        try {
            return IamPolicy.Cluster.parse(arn);
        } catch (IllegalArgumentException e) {
            throw new CommandException(Cli.USAGE, "mesh: " + e.getMessage());
        }
    }

    private static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
