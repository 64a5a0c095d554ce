package io.fedmesh.app.internal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A small valid repository in a folder of a test's own: one domain, one product of four fields, and its people. */
final class Yard {
    static final String CONTRACT = "domains/yard/products/crate.odcs.yaml";
    static final String SCHEMA = "schemas/yard/crate.v1.avsc";

    private final Path root;

    private Yard(Path root) {
        this.root = root;
    }

    /** The one that is there. */
    static Yard at(Path root) {
        return new Yard(root);
    }

    static Yard in(Path root) throws IOException {
        Yard yard = new Yard(root);
        yard.write("domains/yard/domain.yaml", """
                name: yard
                description: Crates.
                owner: u-bea
                costCentre: CC-1
                stewards: [u-bea, u-cem]
                """);
        yard.write("domains/yard/sources/shed.yaml", """
                name: shed
                connection: shed
                heartbeatTable: yard.beat
                truncate: refuse
                """);
        yard.write(CONTRACT, """
                apiVersion: v3.1.0
                kind: DataContract
                id: yard.crate
                name: crate
                version: 1.0.0
                status: active
                domain: yard
                dataProduct: crate
                description:
                  purpose: For tests.
                schema:
                  - name: crate
                    physicalName: yard.protected.crate.state.v1
                team:
                  members:
                    - username: u-bea
                      role: owner
                slaProperties:
                  - property: latency
                    value: 5
                    unit: m
                  - property: availability
                    value: 99.5
                    unit: percent
                customProperties:
                  - property: costCentre
                    value: CC-1
                  - property: classification
                    value: internal
                  - property: retention
                    value: {history: P90D, tombstones: P7D}
                  - property: partitions
                    value: 3
                  - property: key
                    value: [id]
                  - property: source
                    value:
                      name: shed
                      table: yard.crates
                      columns:
                        id: id
                        label: label
                        weight: weight
                        berth: berth
                """);
        yard.write(SCHEMA, """
                {
                  "type": "record",
                  "name": "Crate",
                  "namespace": "test.yard",
                  "fields": [
                    {"name": "id", "type": "string"},
                    {"name": "label", "type": "string"},
                    {"name": "weight", "type": "int"},
                    {"name": "berth", "type": ["null", "string"], "default": null}
                  ]
                }
                """);
        yard.write("people.yaml", """
                people:
                  - {subject: u-bea, aliases: [bea]}
                  - {subject: u-cem, aliases: [cem]}
                  - {subject: u-ada, aliases: [ada], roles: [consumer]}
                  - {subject: u-ove, aliases: [ove, svc-ove], roles: [operator]}
                  - {subject: u-ina, aliases: [ina], roles: [auditor]}
                """);
        return yard;
    }

    Yard change(String file, String from, String to) throws IOException {
        String text = Files.readString(root.resolve(file));
        if (!text.contains(from)) {
            throw new IllegalArgumentException("'" + from + "' must stand in " + file);
        }
        write(file, text.replace(from, to));
        return this;
    }

    void write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).resolveSibling(""));
        Files.writeString(root.resolve(file), text);
    }

    /** Makes a commit of all that is there, in a git repository of its own. */
    void commit() throws IOException, InterruptedException {
        if (!Files.exists(root.resolve(".git"))) {
            git("init", "-q", "-b", "main");
        }
        git("add", "-A");
        git(
                "-c",
                "user.name=test",
                "-c",
                "user.email=test@example.org",
                "-c",
                "commit.gpgsign=false",
                "commit",
                "-q",
                "-m",
                "x");
    }

    void git(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 3];
        command[0] = "git";
        command[1] = "-C";
        command[2] = root.toString();
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        Process process = builder.start();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("git " + String.join(" ", arguments) + " must end well but did not");
        }
    }

    /** Whether there is git on this machine: the tests of what reads revisions are skipped where there is none. */
    static boolean hasGit() {
        try {
            return new ProcessBuilder("git", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
