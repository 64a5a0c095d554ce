package io.fedmesh.app.internal.cli;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Grant;
import io.fedmesh.govern.IamPolicy;
import io.fedmesh.govern.ProvisioningSettings;
import io.fedmesh.govern.agreement.AgreementGrants;
import io.fedmesh.govern.agreement.GovernanceImage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "grants",
        mixinStandardHelpOptions = true,
        description =
                "List who may do what, by the contracts and by the agreements that are live in the mesh that is asked; or print"
                        + " it as IAM policies for an MSK cluster.")
final class GrantsCommand implements Callable<Integer> {
    private static final ProvisioningSettings ANY = new ProvisioningSettings((short) 1, 1);

    private final Surroundings surroundings;
    private final InstantSource clock;
    private final Function<ReadingOptions, Optional<GovernanceImage>> agreements;

    @Option(
            names = "--msk",
            paramLabel = "ARN",
            description =
                    "Print JSON: a list of principal, part and IAM policy document for this cluster; what ends with an"
                            + " agreement ends by a condition.")
    @Nullable
    String cluster;

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    ReadingOptions options = new ReadingOptions();

    /** A policy, its document as it is. */
    record Policy(String principal, int part, @JsonRawValue String document) {}

    GrantsCommand(Surroundings surroundings) {
        this(surroundings, InstantSource.system(), options -> Desk.ofRunning(surroundings, options));
    }

    /**
     * @param clock tells what is live
     * @param agreements what a mesh that runs says of agreements; empty where none does
     */
    GrantsCommand(
            Surroundings surroundings,
            InstantSource clock,
            Function<ReadingOptions, Optional<GovernanceImage>> agreements) {
        this.surroundings = surroundings;
        this.clock = clock;
        this.agreements = agreements;
    }

    @Override
    public Integer call() {
        List<Grant> grants = grants();
        IamPolicy.Cluster msk = cluster == null ? null : parse(cluster);
        Optional<GovernanceImage> image = agreements.apply(options);
        if (image.isEmpty()) {
            surroundings.console().note("mesh: no mesh was asked, so what agreements give is not among the grants");
        }
        List<AgreementGrants.ByAgreement> agreed = image.map(of -> AgreementGrants.byAgreement(of, clock.instant()))
                .orElse(List.of());
        if (msk != null) {
            List<IamPolicy.Lasting> lasting = new ArrayList<>();
            grants.forEach(grant -> lasting.add(new IamPolicy.Lasting(grant, null)));
            agreed.forEach(of -> lasting.add(new IamPolicy.Lasting(of.grant(), of.until())));
            List<Policy> policies = IamPolicy.ofLasting(lasting, msk).stream()
                    .map(policy -> new Policy(policy.principal(), policy.part(), policy.document()))
                    .toList();
            surroundings.console().out().println(Json.line(policies));
            return Cli.OK;
        }
        Rows rows = new Rows("principal", "operations", "resource", "match", "name", "agreement", "until");
        grants.forEach(grant -> add(rows, grant, null, null));
        agreed.forEach(of -> add(rows, of.grant(), of.agreement(), of.until()));
        rows.print(output.format, surroundings.console().out());
        return Cli.OK;
    }

    private static void add(Rows rows, Grant grant, @Nullable String agreement, @Nullable Instant until) {
        rows.add(
                grant.principal(),
                grant.operations().stream().map(GrantsCommand::text).collect(Collectors.joining(" ")),
                text(grant.resource()),
                text(grant.match()),
                grant.name(),
                agreement,
                until);
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
