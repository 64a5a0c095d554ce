package io.fedmesh.local.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Listening TCP sockets as Linux tells them in {@code /proc/net/tcp} and {@code tcp6}; none where there is no such file. */
public final class Listeners {
    private static final String LISTEN = "0A";

    /**
     * A listening socket.
     *
     * @param address the local address in the kernel's hexadecimal
     * @param inode by which a process's open file names it
     */
    public record Listener(String address, int port, long inode) {
        /** Whether this machine alone can reach it. */
        public boolean isLoopback() {
            return address.equals("0100007F") // 127.0.0.1
                    || address.equals("00000000000000000000000001000000") // ::1
                    || address.equals("0000000000000000FFFF00000100007F"); // ::ffff:127.0.0.1
        }
    }

    private Listeners() {}

    /** All of this machine. */
    public static List<Listener> all() {
        List<Listener> listeners = new ArrayList<>();
        for (String table : new String[] {"tcp", "tcp6"}) {
            Path file = Path.of("/proc/net", table);
            if (Files.isReadable(file)) {
                try {
                    listeners.addAll(parse(Files.readAllLines(file, StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                    return listeners;
                }
            }
        }
        return listeners;
    }

    static List<Listener> parse(List<String> table) {
        List<Listener> listeners = new ArrayList<>();
        for (String line : table.subList(Math.min(1, table.size()), table.size())) {
            List<String> fields = List.of(line.strip().split("\\s+", -1));
            if (fields.size() > 9 && fields.get(3).equals(LISTEN)) {
                String local = fields.get(1);
                int colon = local.indexOf(':');
                listeners.add(new Listener(
                        local.substring(0, colon),
                        Integer.parseInt(local.substring(colon + 1), 16),
                        Long.parseLong(fields.get(9))));
            }
        }
        return listeners;
    }

    /** The process that listens on that port; empty if that cannot be seen. */
    static Optional<Long> process(int port) {
        for (Listener listener : all()) {
            if (listener.port() == port) {
                return ProcessHandle.allProcesses()
                        .map(ProcessHandle::pid)
                        .filter(pid -> inodes(pid).contains(listener.inode()))
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    /** Inodes of the sockets that a process holds; none if it may not be looked at. */
    public static List<Long> inodes(long pid) {
        List<Long> inodes = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path file : files.toList()) {
                String target = target(file);
                if (target.startsWith("socket:[")) {
                    inodes.add(Long.parseLong(target.substring("socket:[".length(), target.length() - 1)));
                }
            }
        } catch (IOException e) {
            return inodes;
        }
        return inodes;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }
}
