package io.fedmesh.contract.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The text of a file: regular, of bounded size, UTF-8 without a byte that is not. */
final class TextFile {
    private TextFile() {}

    static String read(Path path, int maxBytes) throws Unreadable {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new Unreadable(1, "file", "the file must be a regular file but was missing, a link or a folder");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(maxBytes + 1);
        } catch (IOException e) {
            throw new Unreadable(
                    1,
                    "file",
                    "the file must be readable but was not: " + e.getClass().getSimpleName());
        }
        if (bytes.length > maxBytes) {
            throw new Unreadable(1, "size", "the file must have at most " + maxBytes + " bytes but had more");
        }
        return decode(bytes);
    }

    private static String decode(byte[] bytes) throws Unreadable {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(in, out, true);
        try {
            if (result.isError()) {
                result.throwException();
            }
        } catch (CharacterCodingException e) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                if (bytes[i] == '\n') {
                    line++;
                }
            }
            throw new Unreadable(
                    line,
                    "encoding",
                    String.format(
                            "the file must be UTF-8 but had byte 0x%02x at %d", bytes[in.position()], in.position()));
        }
        return out.flip().toString();
    }
}
