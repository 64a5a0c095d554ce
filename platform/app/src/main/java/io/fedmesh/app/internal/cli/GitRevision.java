package io.fedmesh.app.internal.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The contracts of a commit, as files. What git is asked for has a fixed form: a revision is checked before git sees it and becomes
 * the name of a commit, and only that name and {@code domains} and {@code schemas} are asked for afterwards. Nothing of the
 * work tree or of git's configuration changes what is read: no filter, no attribute, no replaced object.
 */
final class GitRevision {
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_@][A-Za-z0-9_./@{}^~+-]{0,199}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}([0-9a-f]{24})?");
    private static final Pattern ENTRY =
            Pattern.compile("([0-7]{6}) ([a-z]+) ([0-9a-f]{40,64}) +([0-9-]+)\t(.+)", Pattern.DOTALL);
    private static final Pattern READ = Pattern.compile("(domains|schemas)/.*\\.(yaml|sql|avsc)", Pattern.DOTALL);
    private static final int MAX_FILES = 20_000;
    private static final long MAX_BYTES = 64L << 20;
    private static final int MAX_LISTING_BYTES = 32 << 20;

    private final GitProcess git;
    private final String commit;

    /** A file of the commit. */
    private record Blob(String id, long bytes, Path place) {}

    private GitRevision(GitProcess git, String commit) {
        this.git = git;
        this.commit = commit;
    }

    /**
     * The commit that a revision names.
     *
     * @param root folder of a work tree
     */
    static GitRevision of(Path root, String revision) {
        if (!REVISION.matcher(revision).matches()) {
            throw new CommandException(
                    Cli.USAGE,
                    "mesh: a revision must match " + REVISION + ", such as main, HEAD~1 or a commit's id, but was '"
                            + shown(revision) + "'");
        }
        GitProcess git = new GitProcess(root);
        GitProcess.Answer answer = git.run(
                List.of("rev-parse", "--verify", "--quiet", revision + "^{commit}"), Path.of("/dev/null"), 1024);
        String commit = answer.text().strip();
        if (answer.exitCode() == 1
                || (answer.exitCode() == 0 && !COMMIT.matcher(commit).matches())) {
            throw new CommandException(
                    Cli.FAILED,
                    "mesh: [" + revision + "] must be a revision of the repository at " + root + " but is none");
        }
        if (answer.exitCode() != 0) {
            throw new CommandException(
                    Cli.FAILED,
                    "mesh: [" + root + "] must be in a git repository that can be read, but git says: "
                            + answer.error());
        }
        return new GitRevision(git, commit);
    }

    /** Name of the commit. */
    String commit() {
        return commit;
    }

    /** Writes the commit's contracts and schemas into a folder. */
    void copyTo(Path folder) {
        List<Blob> blobs = blobs(folder);
        try {
            Path ids = Files.createTempFile(folder, "ids", "");
            try {
                Files.write(ids, blobs.stream().map(Blob::id).toList(), StandardCharsets.US_ASCII);
                GitProcess.Answer answer = git.run(List.of("cat-file", "--batch"), ids, in -> copy(in, blobs));
                if (answer.exitCode() != 0) {
                    throw unreadable(answer);
                }
            } finally {
                Files.delete(ids);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[" + folder + "] must be writable but was not", e);
        }
    }

    private List<Blob> blobs(Path folder) {
        GitProcess.Answer answer = git.run(
                List.of("ls-tree", "-r", "-z", "-l", commit, "--", "domains", "schemas"),
                Path.of("/dev/null"),
                MAX_LISTING_BYTES);
        if (answer.exitCode() != 0) {
            throw unreadable(answer);
        }
        List<Blob> blobs = new ArrayList<>();
        long bytes = 0;
        for (String line : answer.text().split("\0", -1)) {
            Matcher entry = ENTRY.matcher(line);
            if (line.isEmpty()
                    || !entry.matches()
                    || !READ.matcher(entry.group(5)).matches()) {
                continue;
            }
            Path place = folder.resolve(entry.group(5)).normalize();
            if (!entry.group(1).startsWith("100") || !entry.group(2).equals("blob") || !place.startsWith(folder)) {
                throw new CommandException(
                        Cli.FAILED, "mesh: [" + commit + "] must hold regular files but one of its contracts is none");
            }
            Blob blob = new Blob(entry.group(3), Long.parseLong(entry.group(4)), place);
            bytes += blob.bytes();
            blobs.add(blob);
            if (blobs.size() > MAX_FILES || bytes > MAX_BYTES) {
                throw new CommandException(
                        Cli.FAILED,
                        "mesh: [" + commit + "] must hold at most " + MAX_FILES + " contracts and schemas of "
                                + MAX_BYTES + " bytes but holds more");
            }
        }
        return blobs;
    }

    /** What {@code cat-file --batch} answers: a line with id, type and size, the bytes, a line break; for each that was asked. */
    private String copy(InputStream stream, List<Blob> blobs) throws IOException {
        InputStream in = new BufferedInputStream(stream);
        for (Blob blob : blobs) {
            if (!line(in).equals(blob.id() + " blob " + blob.bytes())) {
                throw new CommandException(
                        Cli.FAILED, "mesh: [" + commit + "] every file must be there but " + blob.id() + " is not");
            }
            byte[] bytes = in.readNBytes((int) blob.bytes());
            if (bytes.length != blob.bytes() || in.read() != '\n') {
                throw new CommandException(Cli.FAILED, "mesh: [git] it must end with its answer but ended before");
            }
            Files.createDirectories(blob.place().resolveSibling(""));
            Files.write(blob.place(), bytes);
        }
        return "";
    }

    private CommandException unreadable(GitProcess.Answer answer) {
        return new CommandException(
                Cli.FAILED, "mesh: [" + commit + "] must be readable, but git says: " + answer.error());
    }

    private static String shown(String text) {
        return text.substring(0, Math.min(text.length(), 100)).replaceAll("\\p{Cntrl}", "?");
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n' && line.size() < 200; c = in.read()) {
            line.write(c);
        }
        return line.toString(StandardCharsets.US_ASCII);
    }
}
