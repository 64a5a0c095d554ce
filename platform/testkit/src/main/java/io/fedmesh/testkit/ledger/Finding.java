package io.fedmesh.testkit.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One thing that is wrong.
 *
 * @param kind what kind of wrong
 * @param detail where, for people; keys stand there as {@link #hash} only, values never
 */
public record Finding(Kind kind, String detail) {

    /** What can be wrong. */
    public enum Kind {
        /** The source has a row, {@code _latest} has not. */
        LATEST_MISSING,
        /** {@code _latest} has a row, the source has not. */
        LATEST_EXTRA,
        /** Both have the row, but in another state or version. */
        LATEST_DIFFERENT,
        /** {@code _latest} has two rows of one key. */
        LATEST_TWICE,
        /** A change of the source is not on the topic. */
        TOPIC_MISSING,
        /** A change of the source is on the topic more than once. */
        TOPIC_TWICE,
        /** The topic holds a change that the source never made. */
        TOPIC_UNKNOWN,
        /** The topic holds the change with another state. */
        TOPIC_DIFFERENT,
        /** The versions of a key do not rise along the topic. */
        TOPIC_VERSION_FELL,
        /** Two changes on the topic carry one version. */
        VERSION_SHARED,
        /** A readable change is not in {@code _history}. */
        HISTORY_MISSING,
        /** A change is in {@code _history} more than once. */
        HISTORY_TWICE,
        /** {@code _history} holds a change that the source never made. */
        HISTORY_UNKNOWN,
        /** {@code _history} holds the change with another state. */
        HISTORY_DIFFERENT,
        /** The versions of a key do not rise along {@code _history}. */
        HISTORY_VERSION_FELL,
        /** A row of {@code _history} does not say the offset at which its change stands on the topic. */
        HISTORY_OFFSET_WRONG,
        /** A refused record is not on the rejected topic. */
        REJECTED_MISSING,
        /** A change that capture refused is on the rejected topic more than once. */
        REJECTED_TWICE,
        /** A snapshot says no offsets though the one before it did, or lacks a partition. */
        OFFSETS_LOST,
        /** A snapshot's offsets are behind those of the one before it. */
        OFFSETS_WENT_BACK,
        /** The last snapshot's offsets are not the topic's end. */
        OFFSETS_BEHIND,
        /** A snapshot holds a row that its offsets do not cover, or that an earlier snapshot should have held. */
        OFFSETS_GAP,
        /** A snapshot's epoch is lower than that of the one before it: an old writer got through. */
        EPOCH_WENT_BACK,
        /** Two commits carry one id. */
        COMMIT_TWICE,
        /** Two snapshots add one file. */
        FILE_TWICE,
        /** A snapshot has two deletion vectors of one data file. */
        VECTOR_TWICE,
        /** A snapshot has a deletion vector of a file that it does not have. */
        VECTOR_WITHOUT_FILE,
        /** {@code captured = applied + superseded + rejected + filtered} does not hold. */
        ACCOUNT_UNEQUAL,
        /** The account's captured or rejected records are not those of the topic. */
        ACCOUNT_WRONG
    }

    /** A key as it may be told: the first 12 hexadecimal digits of its SHA-256. */
    public static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return kind + " " + detail;
    }
}
