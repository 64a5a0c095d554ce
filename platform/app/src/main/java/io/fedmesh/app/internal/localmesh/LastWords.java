package io.fedmesh.app.internal.localmesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Why a process ended, from the end of its log. */
final class LastWords {
    private static final int TAIL_BYTES = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private LastWords() {}

    /** The cause of the last error logged, else the last line; with the name of the log. */
    static String of(Path log) {
        String words = "";
        for (String line : tail(log)) {
            String error = error(line);
            if (!error.isEmpty()) {
                words = error;
            } else if (words.isEmpty() && !line.isBlank() && !line.startsWith("{")) {
                words = line;
            }
        }
        return (words.isEmpty() ? "" : words + " ") + "(log: " + log + ")";
    }

    private static String error(String line) {
        if (!line.startsWith("{")) {
            return "";
        }
        try {
            JsonNode entry = JSON.readTree(line);
            if (!entry.path("level").asText().equals("ERROR")) {
                return "";
            }
            String cause = entry.path("cause").asText();
            return cause.isEmpty() ? entry.path("message").asText() : cause;
        } catch (IOException e) {
            return ""; // cut off by the tail
        }
    }

    private static List<String> tail(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
