package io.fedmesh.app.internal.cli;

import io.fedmesh.access.QueryResult;
import io.fedmesh.contract.Contracts;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        description =
                "Answer one SELECT over the tables <domain>.<product>_latest and <domain>.<product>_history; for an"
                        + " auditor, over mesh.audit_history, the copy of the record of decisions.")
final class QueryCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "SQL", description = "For example: select count(*) from <domain>.<product>_latest")
    String sql = "";

    @Option(
            names = "--fresh",
            description = "Join each table with what stands on its topic behind it: the state of this moment.")
    boolean fresh;

    @Mixin
    OutputOption output = new OutputOption();

    @Mixin
    AskingOptions asking = new AskingOptions();

    @Mixin
    ReadingOptions options = new ReadingOptions();

    QueryCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Contracts contracts = surroundings.contracts();
        try (Reading reading = options.open(surroundings, contracts)) {
            Reading.Asker asker = asking.asker(surroundings, contracts, reading);
            QueryResult answer = fresh ? reading.queryFresh(sql, asker) : reading.query(sql, asker);
            Rows.print(answer, output.format, surroundings.console().out());
            if (answer.truncated()) {
                surroundings
                        .console()
                        .note("mesh: there are more rows than these "
                                + answer.rows().size());
            }
            return Cli.OK;
        }
    }
}
