package io.fedmesh.app.internal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fedmesh.govern.audit.AuditReport;
import io.fedmesh.govern.audit.AuditReport.KnownHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The newest checkpoints that a verification saw, by partition, as JSON. A file that cannot be read is never taken for none. */
record AuditHeads(String format, Map<Integer, KnownHead> heads) {
    private static final String FORMAT = "fedmesh-audit-heads-1";
    private static final long MAX_BYTES = 1 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Empty where there is no such file yet; or ends the command with what is wrong with it. */
    static Map<Integer, KnownHead> read(Path file) {
        if (Files.notExists(file)) {
            return Map.of();
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw wrong(file, "has more than " + MAX_BYTES + " bytes");
            }
            AuditHeads read = JSON.readValue(Files.readString(file), AuditHeads.class);
            if (read == null || !FORMAT.equals(read.format)) {
                throw wrong(file, "has another 'format'");
            }
            return Map.copyOf(read.heads);
        } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
            throw wrong(file, "is not one");
        } catch (IOException e) {
            throw wrong(file, "cannot be read");
        }
    }

    /** In one step: a reader sees the old heads or the new ones. */
    static void write(List<AuditReport> reports, Path file) {
        Map<Integer, KnownHead> heads = new TreeMap<>();
        for (AuditReport report : reports) {
            if (report.newest() != null) {
                heads.put(report.partition(), report.newest());
            }
        }
        Path sibling = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(sibling, Json.line(new AuditHeads(FORMAT, heads)) + "\n");
            Files.move(sibling, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("[" + file + "] must be writable but was not", e);
        }
    }

    private static CommandException wrong(Path file, String why) {
        return new CommandException(
                AuditCommand.UNKNOWN, "mesh: [" + file + "] must be what ./mesh audit verify --heads wrote but " + why);
    }
}
