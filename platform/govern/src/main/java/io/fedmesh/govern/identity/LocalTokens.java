package io.fedmesh.govern.identity;

import io.fedmesh.contract.Names;
import io.fedmesh.govern.Principal;
import io.fedmesh.govern.agreement.Directory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The persons of a mesh on one machine, each with a token of the mesh's own. The mesh keeps a token's SHA-256 (FIPS 180-4)
 * alone: of 256 random bits nobody finds the token by trying, so neither salt nor stretching adds anything.
 */
public final class LocalTokens implements Authenticator {
    private static final int TOKEN_BYTES = 32;
    private static final int MAX_PERSONS = 100_000;
    private static final Pattern LINE = Pattern.compile("([a-z][a-z0-9-]{0,30}) ([0-9a-f]{64})");

    private final Map<String, byte[]> hashes;
    private final Supplier<Directory> directory;

    /**
     * @param hashes by subject id, as {@link #hashes} reads them
     * @param directory who there is now; where that cannot be told, this throws and nobody is anybody
     */
    public LocalTokens(Map<String, String> hashes, Supplier<Directory> directory) {
        Map<String, byte[]> bytes = new TreeMap<>();
        hashes.forEach((subject, hash) ->
                bytes.put(Names.part("subject", subject), HexFormat.of().parseHex(hash)));
        this.hashes = bytes;
        this.directory = directory;
    }

    /** A new token: 256 random bits as Base64 of the alphabet for addresses. */
    public static Token make(RandomGenerator random) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        try {
            return Token.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        } catch (IdentityRefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The text itself, for the one file that its owner alone reads. */
    public static String clear(Token token) {
        return token.text();
    }

    /** What the mesh keeps of a token. */
    public static String hash(Token token) {
        return HexFormat.of().formatHex(sha256(token));
    }

    /** A file of hashes: a subject id and its token's hash a line. */
    public static String text(Map<String, String> hashes) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(hashes)
                .forEach((subject, hash) ->
                        text.append(subject).append(' ').append(hash).append('\n'));
        return text.toString();
    }

    /**
     * The hashes of a file, by subject id.
     *
     * @throws IllegalArgumentException when a line is anything else, or a subject or a hash stands there twice
     */
    public static Map<String, String> hashes(String text) {
        Map<String, String> hashes = new TreeMap<>();
        Map<String, String> subjects = new TreeMap<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isEmpty()) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches() || number > MAX_PERSONS) {
                throw new IllegalArgumentException("line " + number
                        + " must be a subject id and a hash, one of at most " + MAX_PERSONS + ", but was not");
            }
            if (hashes.put(matcher.group(1), matcher.group(2)) != null
                    || subjects.put(matcher.group(2), matcher.group(1)) != null) {
                throw new IllegalArgumentException(
                        "line " + number + " must have a subject id and a hash of its own but had another's");
            }
        }
        return hashes;
    }

    @Override
    public Principal authenticate(Token token) throws IdentityRefusedException {
        byte[] shown = sha256(token);
        @Nullable String subject = null;
        // Against every hash, whole: how long it takes tells nothing.
        for (Map.Entry<String, byte[]> kept : hashes.entrySet()) {
            if (MessageDigest.isEqual(kept.getValue(), shown)) {
                subject = kept.getKey();
            }
        }
        if (subject == null) {
            throw new IdentityRefusedException("[token] it must be a person's but was nobody's");
        }
        return Known.person(directory.get(), subject);
    }

    private static byte[] sha256(Token token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.text().getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("[java] SHA-256 must be there but was not", e);
        }
    }
}
