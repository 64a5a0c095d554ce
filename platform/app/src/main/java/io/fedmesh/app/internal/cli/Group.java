package io.fedmesh.app.internal.cli;

/** A command that only holds others: alone it is wrong usage. */
abstract class Group implements Runnable {
    @Override
    public void run() {
        String name =
                getClass().getAnnotation(picocli.CommandLine.Command.class).name();
        throw new CommandException(
                Cli.USAGE, "mesh: a command must be given but none was\ntry: mesh " + name + " --help");
    }
}
