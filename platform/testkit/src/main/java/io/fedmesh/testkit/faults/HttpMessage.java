package io.fedmesh.testkit.faults;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 message as it came: head and body, bytes unchanged, except that {@code Expect: 100-continue} is answered
 * here and taken out.
 */
final class HttpMessage {
    private static final int MAX_HEAD_BYTES = 256 << 10;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final String head;
    private final byte[] body;

    private HttpMessage(String head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    /** The next request, or null at the connection's end. */
    static @Nullable HttpMessage readRequest(InputStream in, OutputStream out, int maxBodyBytes) throws IOException {
        String head = readHead(in);
        if (head == null) {
            return null;
        }
        if (header(head, "expect").equalsIgnoreCase("100-continue")) {
            out.write(CONTINUE);
            out.flush();
            head = head.replaceFirst("(?i)\r\nexpect:[^\r]*", "");
        }
        return new HttpMessage(head, readBody(head, in, false, maxBodyBytes));
    }

    /** The answer to a request; interim ones are passed over. */
    static HttpMessage readResponse(InputStream in, boolean toHead, int maxBodyBytes) throws IOException {
        String head;
        do {
            head = readHead(in);
            if (head == null) {
                throw new EOFException("[front] the server must answer but closed the connection");
            }
        } while (head.startsWith("HTTP/1.1 100"));
        boolean isEmpty = toHead || head.startsWith("HTTP/1.1 204") || head.startsWith("HTTP/1.1 304");
        return new HttpMessage(head, isEmpty ? new byte[0] : readBody(head, in, true, maxBodyBytes));
    }

    /** {@code <method> <path and query>}. */
    String request() {
        String line = head.substring(0, head.indexOf('\r'));
        return line.substring(0, Math.max(line.indexOf(' '), line.lastIndexOf(' ')));
    }

    boolean isHead() {
        return head.startsWith("HEAD ");
    }

    /** Whether another message may follow on the connection. */
    boolean isKept() {
        return !header(head, "connection").equalsIgnoreCase("close");
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
    }

    /** The head and half of the body. */
    void writeHalfTo(OutputStream out) throws IOException {
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.write(body, 0, body.length / 2);
        out.flush();
    }

    /** The head with its empty line; null at the end of the stream. */
    private static @Nullable String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
        int last4 = 0;
        int next;
        while ((next = in.read()) >= 0) {
            bytes.write(next);
            last4 = last4 << 8 | next;
            if (last4 == 0x0d0a0d0a) {
                return bytes.toString(StandardCharsets.ISO_8859_1);
            }
            if (bytes.size() > MAX_HEAD_BYTES) {
                throw new IOException("[front] a head must have at most " + MAX_HEAD_BYTES + " bytes but has more");
            }
        }
        if (bytes.size() > 0) {
            throw new EOFException("[front] a head must be whole but was cut");
        }
        return null;
    }

    private static byte[] readBody(String head, InputStream in, boolean isResponse, int maxBytes) throws IOException {
        if (header(head, "transfer-encoding").toLowerCase(Locale.ROOT).contains("chunked")) {
            return readChunks(in, maxBytes);
        }
        String length = header(head, "content-length");
        if (length.isEmpty()) {
            return isResponse ? in.readAllBytes() : new byte[0];
        }
        int bytes = Integer.parseInt(length);
        if (bytes > maxBytes) {
            throw new IOException("[front] a body must have at most " + maxBytes + " bytes but has " + bytes);
        }
        byte[] body = in.readNBytes(bytes);
        if (body.length < bytes) {
            throw new EOFException("[front] a body must be whole but was cut");
        }
        return body;
    }

    /** The chunks as they stand, sizes and end included. */
    private static byte[] readChunks(InputStream in, int maxBytes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            String size = readLine(in, bytes);
            int length = Integer.parseInt(size.split(";", 2)[0].strip(), 16);
            if (bytes.size() + length > maxBytes) {
                throw new IOException("[front] a body must have at most " + maxBytes + " bytes but has more");
            }
            if (length == 0) {
                while (!readLine(in, bytes).isEmpty()) {
                    // a trailer
                }
                return bytes.toByteArray();
            }
            byte[] chunk = in.readNBytes(length);
            if (chunk.length < length) {
                throw new EOFException("[front] a chunk must be whole but was cut");
            }
            bytes.write(chunk);
            readLine(in, bytes);
        }
    }

    private static String readLine(InputStream in, OutputStream copy) throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        while ((next = in.read()) != '\n') {
            if (next < 0) {
                throw new EOFException("[front] a line must be whole but was cut");
            }
            copy.write(next);
            line.append((char) next);
        }
        copy.write('\n');
        return line.toString().strip();
    }

    private static String header(String head, String name) {
        for (String line : head.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }
}
