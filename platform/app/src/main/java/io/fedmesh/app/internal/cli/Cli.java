package io.fedmesh.app.internal.cli;

import io.fedmesh.access.QueryRefusedException;
import io.fedmesh.app.internal.process.Logging;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The command line as a whole: arguments in, exit code out. */
public final class Cli {
    /** Done. */
    static final int OK = 0;
    /** Invalid, different, or failed. */
    static final int FAILED = 1;
    /** Wrong usage. */
    static final int USAGE = 2;
    /** Of {@code plan} and {@code drift}: there are changes, as other planners say it. */
    static final int CHANGES = 2;

    /** In the order of the help. */
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            UpCommand.class,
            StatusCommand.class,
            DownCommand.class,
            ResetCommand.class,
            DoctorCommand.class,
            ValidateCommand.class,
            DiffCommand.class,
            PlanCommand.class,
            ApplyCommand.class,
            DriftCommand.class,
            GrantsCommand.class,
            AskCommands.Request.class,
            AskCommands.Edit.class,
            AskCommands.Renew.class,
            DecideCommands.Approve.class,
            DecideCommands.Deny.class,
            DecideCommands.Revoke.class,
            AgreementsCommand.class,
            GlassCommands.Break.class,
            GlassCommands.Review.class,
            AuditCommand.class,
            ProductsCommand.class,
            DescribeCommand.class,
            SchemaCommand.class,
            TopicsCommand.class,
            QueryCommand.class,
            ConsumeCommand.class,
            ReconcileCommand.class,
            RejectedCommand.class,
            FreshnessCommand.class,
            CdcCommand.class,
            StreamCommand.class,
            SinkCommand.class,
            LakeCommand.class,
            GovernCommand.class,
            LocalCommand.class);

    private Cli() {}

    /**
     * Runs one command.
     *
     * @param environment variables of the process
     * @return 0: done; 1: invalid, different or failed; 2: wrong usage, or what the command's help says
     */
    public static int run(Console console, Map<String, String> environment, String... arguments) {
        boolean verbose = Arrays.asList(arguments).contains("--verbose");
        Logging.forCommand(verbose);
        Surroundings surroundings = new Surroundings(
                console,
                environment,
                Path.of(System.getProperty("fedmesh.root", "")).toAbsolutePath());
        CommandFactory factory = new CommandFactory(surroundings);
        CommandLine line = new CommandLine(new Mesh(), factory);
        commands(arguments).forEach(command -> line.addSubcommand(new CommandLine(command, factory)));
        line.setOut(writer(console.out()));
        line.setErr(writer(console.err()));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(console.terminal() ? Ansi.ON : Ansi.OFF));
        line.registerConverter(io.fedmesh.access.ResultFormat.class, OutputOption::parse);
        line.setParameterExceptionHandler((e, args) -> usage(console, e));
        line.setExecutionExceptionHandler((e, command, parsed) -> failure(console, e, verbose));
        return line.execute(arguments);
    }

    /** The one that is asked for, where one is: picocli takes a third of a second to look at all of them. */
    private static List<Class<?>> commands(String... arguments) {
        String first = Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .orElse("");
        return COMMANDS.stream()
                .filter(command -> command.getAnnotation(Command.class).name().equals(first))
                .findFirst()
                .<List<Class<?>>>map(List::of)
                .orElse(COMMANDS);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    private static int usage(Console console, ParameterException e) {
        console.note("mesh: " + e.getMessage());
        console.note("try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return USAGE;
    }

    private static int failure(Console console, Exception e, boolean verbose) {
        if (verbose) {
            e.printStackTrace(console.err());
        }
        if (e instanceof CommandException command) {
            console.note(String.valueOf(command.getMessage()));
            return command.exitCode();
        }
        if (e instanceof QueryRefusedException) {
            console.note("mesh: " + e.getMessage());
            return FAILED;
        }
        String message = e.getMessage() == null || e.getMessage().isBlank() ? e.toString() : e.getMessage();
        console.note("mesh: " + message + (verbose ? "" : " (--verbose shows more)"));
        return FAILED;
    }

    /** The command without a subcommand: says what there is. */
    @Command(
            name = "mesh",
            mixinStandardHelpOptions = true,
            version = "mesh 0.1.0",
            description = "A federated data mesh: PostgreSQL to Kafka to Iceberg, by contract.",
            synopsisSubcommandLabel = "COMMAND")
    static final class Mesh implements Runnable {
        @CommandLine.Option(
                names = "--verbose",
                scope = ScopeType.INHERIT,
                description = "Log what is done, show stack traces.")
        boolean verbose;

        @Override
        public void run() {
            throw new CommandException(USAGE, "mesh: a command must be given but none was\ntry: mesh --help");
        }
    }
}
