package io.fedmesh.local.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How PostgreSQL runs when we are root, which it refuses to be. In order of preference:
 *
 * <ol>
 *   <li>{@code unshare --user}: a user namespace without a mapping, in which the process sees itself as nobody while its
 *       files stay root's. Many container engines forbid it.
 *   <li>{@code setpriv}: user 65534 that keeps {@code CAP_DAC_OVERRIDE} alone, so that it passes the owner-only folders
 *       above its data; the data folder becomes its own.
 * </ol>
 */
public final class Unprivileged {
    private static final int OURSELVES = -1;
    private static final int ROOT = 0;
    private static final int NOBODY = 65534;
    private static final List<String> UNSHARE = List.of("unshare", "--user");
    private static final List<String> SETPRIV = List.of(
            "setpriv",
            "--reuid=" + NOBODY,
            "--regid=" + NOBODY,
            "--clear-groups",
            "--bounding-set=-all,+dac_override",
            "--inh-caps=-all,+dac_override",
            "--ambient-caps=-all,+dac_override",
            "--securebits=+no_setuid_fixup", // else access(2), by which PostgreSQL finds itself, forgets the capability
            "--no-new-privs");

    private final List<String> prefix;
    private final int owner;

    private Unprivileged(List<String> prefix, int owner) {
        this.prefix = prefix;
        this.owner = owner;
    }

    /** Finds out how on this machine. */
    public static Unprivileged find() {
        if (!isRoot()) {
            return new Unprivileged(List.of(), OURSELVES);
        }
        if (works(UNSHARE)) {
            return new Unprivileged(UNSHARE, ROOT);
        }
        if (works(SETPRIV)) {
            return new Unprivileged(SETPRIV, NOBODY);
        }
        throw new IllegalStateException(
                "[local] PostgreSQL must not run as root, but neither 'unshare --user' nor 'setpriv'"
                        + " works here: run as an ordinary user");
    }

    static boolean setprivWorks() {
        return isRoot() && works(SETPRIV);
    }

    static Unprivileged bySetpriv() {
        return new Unprivileged(SETPRIV, NOBODY);
    }

    /** Words before the command. */
    public List<String> prefix() {
        return prefix;
    }

    /** Gives a folder and all in it to the user that the command runs as, unless it is that user's. */
    public void own(Path folder) {
        if (owner == OURSELVES) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            if (Files.getAttribute(folder, "unix:uid").equals(owner)) {
                return;
            }
            List<Path> all = paths.toList();
            for (int i = all.size() - 1; i >= 0; i--) { // the folder itself last: it tells that all is done
                Files.setAttribute(all.get(i), "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(all.get(i), "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[local] folder must change its owner but did not: " + folder, e);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"))
                || new com.sun.security.auth.module.UnixSystem().getUid() == 0;
    }

    private static boolean works(List<String> prefix) {
        try {
            Process process = new ProcessBuilder(
                            Stream.concat(prefix.stream(), Stream.of("true")).toList())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = process.waitFor(5, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
