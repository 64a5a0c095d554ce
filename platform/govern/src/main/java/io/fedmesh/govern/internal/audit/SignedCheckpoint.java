package io.fedmesh.govern.internal.audit;

import io.fedmesh.govern.audit.AuditFinding.Kind;
import io.fedmesh.govern.audit.AuditSigner;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A checkpoint as it is kept: what proves it (the tree's perfect subtrees, the proof from the checkpoint before), an empty
 * line, and C2SP's signed note of the head, with its signature type 0x02 (ECDSA, the key's id is the beginning of the
 * SHA-256 of its SPKI form). What stands before the note need not be signed: it holds against the signed root or not.
 *
 * @param peaks the tree's perfect subtrees, greatest first
 * @param proof from the tree of the checkpoint before; empty for the first
 */
record SignedCheckpoint(Checkpoint head, List<Hash> peaks, List<Hash> proof) {
    private static final String FORMAT = "fedmesh audit checkpoint v1";
    private static final String DASH = "\u2014 ";
    private static final int MAX_BYTES = 32 << 10;
    private static final int MAX_SIGNATURES = 16;

    /** A checkpoint that is not to be believed, with what is wrong. */
    static final class Unbelievable extends Exception {
        private static final long serialVersionUID = 1L;
        private final Kind kind;

        Unbelievable(Kind kind, String message) {
            super(message);
            this.kind = kind;
        }

        Kind kind() {
            return kind;
        }
    }

    SignedCheckpoint {
        peaks = List.copyOf(peaks);
        proof = List.copyOf(proof);
    }

    /** The tree that the checkpoint stands for, to go on with. */
    MerkleTree tree() {
        return MerkleTree.of(head.size(), peaks);
    }

    /** Signs it and gives the bytes to keep. */
    byte[] signed(AuditSigner signer) {
        String text = head.text();
        byte[] signature = signer.sign(text.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(Trust.keyId(signer.publicKey()));
        line.writeBytes(signature);
        StringBuilder content = new StringBuilder(FORMAT).append('\n');
        peaks.forEach(h -> content.append("peak ").append(h).append('\n'));
        proof.forEach(h -> content.append("proof ").append(h).append('\n'));
        content.append('\n').append(text).append('\n');
        content.append(DASH)
                .append(Checkpoint.origin(head.topic(), head.partition()))
                .append(' ')
                .append(Base64.getEncoder().encodeToString(line.toByteArray()))
                .append('\n');
        return content.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a checkpoint and believes it only when a trusted key signed it and its subtrees make its root.
     *
     * @param trust tells whose signatures are believed
     */
    static SignedCheckpoint open(byte[] content, Trust trust) throws Unbelievable {
        try {
            return read(content, trust);
        } catch (IllegalArgumentException e) {
            throw new Unbelievable(Kind.CHECKPOINT_ALTERED, "it cannot be read");
        }
    }

    private static SignedCheckpoint read(byte[] content, Trust trust) throws Unbelievable {
        String all = text(content);
        int beginsAt = all.indexOf("\n\n");
        int endsAt = all.lastIndexOf("\n\n");
        if (beginsAt < 0 || endsAt <= beginsAt || !all.endsWith("\n")) {
            throw new IllegalArgumentException("a checkpoint must have three parts but had not");
        }
        String text = all.substring(beginsAt + 2, endsAt + 1);
        String origin = text.substring(0, text.indexOf('\n'));
        verify(text, origin, all.substring(endsAt + 2), trust);
        List<Hash> peaks = new ArrayList<>();
        List<Hash> proof = new ArrayList<>();
        prove(all.substring(0, beginsAt), peaks, proof);
        SignedCheckpoint read = new SignedCheckpoint(Checkpoint.parse(text), peaks, proof);
        if (!read.tree().root().equals(read.head().root())) {
            throw new Unbelievable(Kind.CHECKPOINT_ALTERED, "its subtrees do not make its root");
        }
        return read;
    }

    private static String text(byte[] content) {
        if (content.length > MAX_BYTES) {
            throw new IllegalArgumentException("a checkpoint must have at most " + MAX_BYTES + " bytes but had more");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a checkpoint must be UTF-8 but was not", e);
        }
    }

    private static void prove(String part, List<Hash> peaks, List<Hash> proof) {
        String[] lines = part.split("\n", -1);
        if (!lines[0].equals(FORMAT)) {
            throw new IllegalArgumentException("a checkpoint must begin with '" + FORMAT + "' but did not");
        }
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            if (line.startsWith("peak ") && proof.isEmpty()) {
                peaks.add(Hash.parse(line.substring(5)));
            } else if (line.startsWith("proof ")) {
                proof.add(Hash.parse(line.substring(6)));
            } else {
                throw new IllegalArgumentException("a line must be a peak or, after them, a proof but was neither");
            }
        }
    }

    private static void verify(String text, String origin, String lines, Trust trust) throws Unbelievable {
        String[] signatures = lines.split("\n", MAX_SIGNATURES + 2);
        if (signatures.length > MAX_SIGNATURES + 1) {
            throw new IllegalArgumentException("a checkpoint must have at most " + MAX_SIGNATURES + " signatures");
        }
        boolean isSigned = false;
        for (String line : Arrays.asList(signatures).subList(0, signatures.length - 1)) {
            int space = line.lastIndexOf(' ');
            if (!line.startsWith(DASH) || space <= DASH.length()) {
                throw new IllegalArgumentException("a signature must be a dash, a name and base64 but was not");
            }
            byte[] bytes = Base64.getDecoder().decode(line.substring(space + 1));
            String name = line.substring(DASH.length(), space);
            if (!name.equals(origin) || bytes.length <= Trust.KEY_ID_BYTES) {
                continue; // a witness of another log, or a key of another kind
            }
            switch (trust.judge(
                    Arrays.copyOf(bytes, Trust.KEY_ID_BYTES),
                    text.getBytes(StandardCharsets.UTF_8),
                    Arrays.copyOfRange(bytes, Trust.KEY_ID_BYTES, bytes.length))) {
                case HOLDS -> isSigned = true;
                case BROKEN ->
                    throw new Unbelievable(Kind.CHECKPOINT_ALTERED, "a trusted key's signature is not of its text");
                case UNKNOWN_KEY -> {}
            }
        }
        if (!isSigned) {
            throw new Unbelievable(Kind.CHECKPOINT_UNTRUSTED, "no trusted key signed it");
        }
    }
}
