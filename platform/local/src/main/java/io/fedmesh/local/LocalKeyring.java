package io.fedmesh.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.local.internal.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An owner-only file of random AES-256 keys, in the place where production asks a key management service. A key is made when
 * it is first asked for and never changes: who loses the file loses the tables. Safe for use by several threads and
 * processes.
 */
public final class LocalKeyring implements AutoCloseable {
    private static final int KEY_BYTES = 32;
    private static final int MAX_KEYS = 10_000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,199}");
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Home home;
    private final Path file;
    private final SecureRandom random;

    private LocalKeyring(Home home, Path file, SecureRandom random) {
        this.home = home;
        this.file = file;
        this.random = random;
    }

    /**
     * Opens the keyring of a home. Nothing is read or written yet.
     *
     * @param home the mesh's folder; made owner-only if it is missing
     */
    public static LocalKeyring open(Path home) {
        SecureRandom random = new SecureRandom();
        Home opened = Home.open(home, random);
        return new LocalKeyring(opened, opened.folder("keyring").resolve("keys.json"), random);
    }

    /**
     * The key of that id: 32 bytes, the caller's own copy.
     *
     * @param id letters, digits, {@code . _ / -}, at most 200
     * @throws IllegalStateException if the file is damaged; it is never replaced
     */
    public synchronized byte[] key(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("[keyring] key id must match " + ID + " but was '" + id + "'");
        }
        String known = keys().get(id);
        return known != null ? decoded(id, known) : made(id);
    }

    /** Nothing stays open between two calls: this only marks the end of use. */
    @Override
    public void close() {}

    /** Under a lock between processes: two that ask for the same new id get the same key. */
    private byte[] made(String id) {
        synchronized (LocalKeyring.class) { // a file lock is the process's: it does not part two threads
            return madeAlone(id);
        }
    }

    private byte[] madeAlone(String id) {
        Path lockFile = home.ownerFile(file.resolveSibling("keys.lock"));
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            Map<String, String> keys = keys();
            String known = keys.get(id);
            if (known != null) {
                return decoded(id, known);
            }
            if (!lock.isValid() || keys.size() >= MAX_KEYS) {
                throw new IllegalStateException("[keyring] a keyring must hold at most " + MAX_KEYS + " keys");
            }
            byte[] key = new byte[KEY_BYTES];
            random.nextBytes(key);
            keys.put(id, Base64.getEncoder().encodeToString(key));
            home.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(keys));
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException("[keyring] file must be writable but was not: " + file, e);
        }
    }

    private Map<String, String> keys() {
        if (!Files.exists(file)) {
            return new TreeMap<>();
        }
        try {
            return JSON.readValue(Files.readAllBytes(file), new TypeReference<TreeMap<String, String>>() {});
        } catch (JsonProcessingException e) {
            // Without the cause: it quotes the content.
            throw new IllegalStateException("[keyring] file must be one JSON object of keys but was damaged: " + file);
        } catch (IOException e) {
            throw new UncheckedIOException("[keyring] file must be readable but was not: " + file, e);
        }
    }

    private byte[] decoded(String id, String text) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("[keyring] key '" + id + "' must be Base64 but was damaged: " + file);
        }
        if (key.length != KEY_BYTES) {
            throw new IllegalStateException(
                    "[keyring] key '" + id + "' must have " + KEY_BYTES + " bytes but had " + key.length + ": " + file);
        }
        return key;
    }
}
