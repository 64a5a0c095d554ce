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
        demand(headers, HeaderScan.SPEC_VERSION, EventHeaders.SPEC_VERSION);
        if (!headers.is(HeaderScan.SPEC_VERSION, EventHeaders.ONE_ZERO)) {
            throw EventHeaders.bad(EventHeaders.SPEC_VERSION, "must be 1.0");
        }
        demand(headers, HeaderScan.ID, EventHeaders.ID);
        demand(headers, HeaderScan.SOURCE, EventHeaders.SOURCE);
        demand(headers, HeaderScan.TYPE, EventHeaders.TYPE);
        demand(headers, HeaderScan.TIME, EventHeaders.TIME);
        long micros = micros(headers);
        demand(headers, HeaderScan.SUBJECT, EventHeaders.SUBJECT);
        demand(headers, HeaderScan.CLASSIFICATION, EventHeaders.CLASSIFICATION);
        demandClassification(headers);
        demand(headers, HeaderScan.OP, EventHeaders.OP);
        Op what = op(headers);
        if (headers.length(HeaderScan.VERSION) < 0) {
            throw EventHeaders.bad(EventHeaders.VERSION, "must be there on a state event");
        }
        Version version = version(headers);
        return new ChangeHeaders(
                what,
                version,
                micros,
                headers.length(HeaderScan.TRANSACTION) < 0 ? NO_TRANSACTION : transaction(headers));
    }

    private static void demand(HeaderScan headers, int number, String name) {
        if (headers.length(number) <= 0) {
            throw EventHeaders.bad(name, "must be there");
        }
    }

    private static void demandClassification(HeaderScan headers) {
        for (byte[] known : CLASSIFICATIONS) {
            if (headers.is(HeaderScan.CLASSIFICATION, known)) {
                return;
            }
        }
        EventHeaders.classification(headers.text(HeaderScan.CLASSIFICATION));
    }

    private static Op op(HeaderScan headers) {
        if (headers.length(HeaderScan.OP) == 1) {
            byte code = headers.array(HeaderScan.OP)[headers.from(HeaderScan.OP)];
            for (Op op : OPS) {
                if (op.code().charAt(0) == code) {
                    return op;
                }
            }
        }
        return EventHeaders.op(headers.text(HeaderScan.OP));
    }

    private static Version version(HeaderScan headers) {
        if (headers.length(HeaderScan.VERSION) == Version.HEX_LENGTH) {
            byte[] hex = headers.array(HeaderScan.VERSION);
            int from = headers.from(HeaderScan.VERSION);
            int wrong = 0;
            for (int i = from; i < from + Version.HEX_LENGTH; i++) {
                wrong |= HEX[hex[i] & 0xff];
            }
            long index = hex(hex, from + 32, from + 40);
            if (wrong >= 0 && index <= Integer.MAX_VALUE) {
                return new Version(hex(hex, from, from + 16), hex(hex, from + 16, from + 32), (int) index);
            }
        }
        return EventHeaders.version(headers.text(HeaderScan.VERSION));
    }

    private static long hex(byte[] text, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number << 4 | HEX[text[i] & 0xff];
        }
        return number;
    }

    private static long transaction(HeaderScan headers) {
        int length = headers.length(HeaderScan.TRANSACTION);
        int from = headers.from(HeaderScan.TRANSACTION);
        long number = length == 0 || length > MAX_PLAIN_DIGITS
                ? -1
                : digits(headers.array(HeaderScan.TRANSACTION), from, from + length);
        return number >= 0 && number <= EventHeaders.MAX_TRANSACTION
                ? number
                : EventHeaders.transaction(headers.text(HeaderScan.TRANSACTION));
    }

    /** Our own form, {@code 2026-01-02T03:04:05.123456Z}, by its digits; every other form as the standard reads it. */
    private static long micros(HeaderScan headers) {
        byte[] time = headers.array(HeaderScan.TIME);
        int at = headers.from(HeaderScan.TIME);
        if (headers.length(HeaderScan.TIME) == 27 && isOurForm(time, at)) {
            int year = digits(time, at, at + 4);
            int month = digits(time, at + 5, at + 7);
            int day = digits(time, at + 8, at + 10);
            int hour = digits(time, at + 11, at + 13);
            int minute = digits(time, at + 14, at + 16);
            int second = digits(time, at + 17, at + 19);
            int fraction = digits(time, at + 20, at + 26);
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
        Instant instant = EventHeaders.time(headers.text(HeaderScan.TIME));
        try {
            return EventHeaders.micros(instant);
        } catch (ArithmeticException | DateTimeException e) {
            throw EventHeaders.bad(EventHeaders.TIME, "must be within the range of microseconds");
        }
    }

    private static boolean isOurForm(byte[] time, int at) {
        return time[at + 4] == '-'
                && time[at + 7] == '-'
                && time[at + 10] == 'T'
                && time[at + 13] == ':'
                && time[at + 16] == ':'
                && time[at + 19] == '.'
                && time[at + 26] == 'Z';
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
}
