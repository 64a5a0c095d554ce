package io.fedmesh.bench.internal.sink;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.SplittableRandom;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * Changes of accounts, always the same ones for the same arguments: creations, updates and, one in twenty, deletions of
 * random accounts, each key's changes in order. It also keeps the truth: what a table must hold in the end. For one thread.
 */
final class AccountStream {
    private static final int CHANGES_PER_KEY = 5;
    private static final int DELETES_IN_HUNDRED = 5;
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final String[] REGIONS = {"north-east", "north-west", "south-east", "south-west", "central"};
    private static final String[] STATUS = {"open", "held", "closed", "in-review"};
    private static final String[] FIRST = {"Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "Tony"};

    /** One change; a null value deletes the account. */
    record Change(
            int number, String key, boolean isNew, @Nullable GenericRecord value) {}

    private final SplittableRandom random;
    private final int records;
    /** So many of the first changes make an account each, one after the other. */
    private final int loaded;

    private final long[] revisions;
    private int made;
    private int deletes;
    private long revisionsOfAll;

    /** @param records how many changes there are in all */
    AccountStream(int records, long seed) {
        this(records, Math.max(1, records / CHANGES_PER_KEY), seed);
    }

    /** @param keys how many accounts there may be */
    AccountStream(int records, int keys, long seed) {
        this(0, records, keys, seed);
    }

    private AccountStream(int loaded, int records, int keys, long seed) {
        if (records < 1) {
            throw new IllegalArgumentException("'records' must be 1 or more but was " + records);
        }
        this.loaded = loaded;
        this.records = records;
        this.random = new SplittableRandom(seed);
        this.revisions = new long[keys];
    }

    /** Accounts that are made first, one after the other, and then changes of these. */
    static AccountStream ofLoaded(int accounts, int changes, long seed) {
        return new AccountStream(accounts, accounts + changes, accounts, seed);
    }

    boolean hasNext() {
        return made < records;
    }

    /** The next change. */
    Change next() {
        int number = made++;
        int account = number < loaded ? number : random.nextInt(revisions.length);
        String key = String.format("ACC-%09d", account);
        boolean isNew = revisions[account] <= 0;
        if (!isNew && random.nextInt(100) < DELETES_IN_HUNDRED) {
            revisions[account] = 0;
            deletes++;
            return new Change(number, key, false, null);
        }
        long revision = number + 1L;
        revisions[account] = revision;
        revisionsOfAll += revision;
        return new Change(number, key, isNew, value(key, account, revision));
    }

    /** When the change was committed. */
    static Instant committedAt(int number) {
        return BEGIN.plusNanos(number * 137_000L);
    }

    /** Accounts that exist after all changes made so far. */
    long liveKeys() {
        long live = 0;
        for (long revision : revisions) {
            live += revision > 0 ? 1 : 0;
        }
        return live;
    }

    /** Sum of the column {@code revision} over the accounts that exist. */
    long liveRevisions() {
        long sum = 0;
        for (long revision : revisions) {
            sum += revision;
        }
        return sum;
    }

    /** Sum of the column {@code revision} over all changes. */
    long allRevisions() {
        return revisionsOfAll;
    }

    long deletes() {
        return deletes;
    }

    private GenericRecord value(String key, int account, long revision) {
        GenericRecord value = new GenericData.Record(Accounts.SCHEMA);
        value.put("account_id", key);
        value.put("revision", revision);
        value.put("region", REGIONS[account % REGIONS.length]);
        value.put("status", STATUS[random.nextInt(STATUS.length)]);
        String name = FIRST[random.nextInt(FIRST.length)] + " Holder-" + account;
        value.put("holder_name", name);
        value.put("email", random.nextInt(4) == 0 ? null : "holder" + account + "@example.org");
        value.put("note", random.nextInt(10) > 0 ? null : "call back in " + random.nextInt(90) + " days");
        value.put("balance", new BigDecimal(BigInteger.valueOf(random.nextLong(-50_000_00L, 900_000_00L)), 2));
        value.put("score", random.nextInt(100_000) / 1000.0);
        value.put("active", random.nextInt(8) > 0);
        value.put("updated_at", committedAt((int) revision));
        value.put("reviewed_at", random.nextInt(3) > 0 ? null : committedAt(random.nextInt((int) revision)));
        value.put("visits", (long) random.nextInt(10_000));
        return value;
    }
}
