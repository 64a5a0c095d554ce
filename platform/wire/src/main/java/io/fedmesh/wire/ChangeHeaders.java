package io.fedmesh.wire;

import io.fedmesh.contract.Classification;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;

/**
 * What a table keeps of a state event's headers, read from their bytes. Refuses exactly what {@link EventHeaders#read}
 * refuses, and a state event without a version, for a fraction of the work.
 *
 * @param op {@code mesh_op}
 * @param version {@code mesh_version}
 * @param timeMicros {@code ce_time} in microseconds of the epoch
 * @param transaction {@code mesh_txid}, or {@link #NO_TRANSACTION}
 */
public record ChangeHeaders(Op op, Version version, long timeMicros, long transaction) {
    /** The source's transaction is not known. */
    public static final long NO_TRANSACTION = -1;

    private static final byte[][] CLASSIFICATIONS = Arrays.stream(Classification.values())
            .map(value -> value.toString().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    private static final Op[] OPS = Op.values();
    /** What a character says as a hexadecimal digit; -1 when it is none. */
    private static final byte[] HEX = new byte[256];

    static {
        for (int c = 0; c < HEX.length; c++) {
            HEX[c] = (byte) (c < 128 ? Character.digit(c, 16) : -1);
        }
    }

    /** Digits that an int surely holds. */
    private static final int MAX_PLAIN_DIGITS = 9;

    /**
     * Reads the headers of a record; the last header of a name counts.
     *
     * @throws BadRecordException with {@code CONTRACT} when one that must be there is missing or malformed
     */
    public static ChangeHeaders read(HeaderScan headers) {
        if (!Arrays.equals(
                demand(headers, HeaderScan.SPEC_VERSION, EventHeaders.SPEC_VERSION), EventHeaders.ONE_ZERO)) {
            throw EventHeaders.bad(EventHeaders.SPEC_VERSION, "must be 1.0");
        }
        demand(headers, HeaderScan.ID, EventHeaders.ID);
        demand(headers, HeaderScan.SOURCE, EventHeaders.SOURCE);
        demand(headers, HeaderScan.TYPE, EventHeaders.TYPE);
        long micros = micros(demand(headers, HeaderScan.TIME, EventHeaders.TIME));
        demand(headers, HeaderScan.SUBJECT, EventHeaders.SUBJECT);
        classification(demand(headers, HeaderScan.CLASSIFICATION, EventHeaders.CLASSIFICATION));
        Op what = op(demand(headers, HeaderScan.OP, EventHeaders.OP));
        byte[] version = headers.value(HeaderScan.VERSION);
        if (version == null) {
            throw EventHeaders.bad(EventHeaders.VERSION, "must be there on a state event");
        }
        byte[] transaction = headers.value(HeaderScan.TRANSACTION);
        return new ChangeHeaders(
                what, version(version), micros, transaction == null ? NO_TRANSACTION : transaction(transaction));
    }

    private static byte[] demand(HeaderScan headers, int number, String name) {
        byte[] value = headers.value(number);
        if (value == null || value.length == 0) {
            throw EventHeaders.bad(name, "must be there");
        }
        return value;
    }

    private static void classification(byte[] text) {
        for (byte[] known : CLASSIFICATIONS) {
            if (Arrays.equals(known, text)) {
                return;
            }
        }
        EventHeaders.classification(text(text));
    }

    private static Op op(byte[] code) {
        if (code.length == 1) {
            for (Op op : OPS) {
                if (op.code().charAt(0) == code[0]) {
                    return op;
                }
            }
        }
        return EventHeaders.op(text(code));
    }

    private static Version version(byte[] hex) {
        if (hex.length == Version.HEX_LENGTH) {
            int wrong = 0;
            for (byte digit : hex) {
                wrong |= HEX[digit & 0xff];
            }
            long index = hex(hex, 32, 40);
            if (wrong >= 0 && index <= Integer.MAX_VALUE) {
                return new Version(hex(hex, 0, 16), hex(hex, 16, 32), (int) index);
            }
        }
        return EventHeaders.version(text(hex));
    }

    private static long hex(byte[] text, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << 4 | HEX[text[i] & 0xff];
        }
        return number;
    }

    private static long transaction(byte[] digits) {
        long number = digits.length == 0 || digits.length > MAX_PLAIN_DIGITS ? -1 : digits(digits, 0, digits.length);
        return number >= 0 && number <= EventHeaders.MAX_TRANSACTION ? number : EventHeaders.transaction(text(digits));
    }

    /** Our own form, {@code 2026-01-02T03:04:05.123456Z}, by its digits; every other form as the standard reads it. */
    private static long micros(byte[] time) {
        if (time.length == 27 && isOurForm(time)) {
            int year = digits(time, 0, 4);
            int month = digits(time, 5, 7);
            int day = digits(time, 8, 10);
            int hour = digits(time, 11, 13);
            int minute = digits(time, 14, 16);
            int second = digits(time, 17, 19);
            int fraction = digits(time, 20, 26);
            boolean isPlain = (year | month | day | hour | minute | second | fraction) >= 0
                    && year > 0
                    && month >= 1
                    && month <= 12
                    && day >= 1
                    && day <= 28
                    && hour < 24
                    && minute < 60
                    && second < 60;
            if (isPlain) {
                long seconds = days(year, month, day) * 86_400L + hour * 3_600L + minute * 60L + second;
                return seconds * 1_000_000L + fraction;
            }
        }
        Instant instant = EventHeaders.time(text(time));
        try {
            return EventHeaders.micros(instant);
        } catch (ArithmeticException | DateTimeException e) {
            throw EventHeaders.bad(EventHeaders.TIME, "must be within the range of microseconds");
        }
    }

    private static boolean isOurForm(byte[] time) {
        return time[4] == '-'
                && time[7] == '-'
                && time[10] == 'T'
                && time[13] == ':'
                && time[16] == ':'
                && time[19] == '.'
                && time[26] == 'Z';
    }

    /** The number that plain digits say; -1 when one of them is none. */
    private static int digits(byte[] text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Days of the epoch: days before a year that begins in March, by its 400-year cycle of 146,097 days. */
    private static long days(int year, int month, int day) {
        int shifted = month <= 2 ? year - 1 : year;
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return 365L * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
