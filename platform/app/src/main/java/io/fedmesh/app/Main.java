package io.fedmesh.app;

import io.fedmesh.app.internal.cli.Cli;
import io.fedmesh.app.internal.cli.Console;

/** The {@code mesh} command. Exit code 0: done; 1: invalid, different or failed; 2: wrong usage. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int exit = Cli.run(Console.ofProcess(), System.getenv(), args);
        System.out.flush();
        System.err.flush();
        // Client libraries leave threads behind; the answer is out.
        System.exit(exit);
    }
}
