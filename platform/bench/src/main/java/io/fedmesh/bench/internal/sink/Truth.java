package io.fedmesh.bench.internal.sink;

/**
 * What the tables of a topic must hold, as the stream's maker knows it.
 *
 * @param records on the topic
 * @param deletes among them
 * @param allRevisions sum of {@code revision} over all records
 * @param liveKeys accounts that exist in the end
 * @param liveRevisions sum of their {@code revision}
 */
record Truth(long records, long deletes, long allRevisions, long liveKeys, long liveRevisions) {
    static Truth of(AccountStream stream, long records) {
        return new Truth(records, stream.deletes(), stream.allRevisions(), stream.liveKeys(), stream.liveRevisions());
    }

    /** Records that carry a row. */
    long rows() {
        return records - deletes;
    }
}
