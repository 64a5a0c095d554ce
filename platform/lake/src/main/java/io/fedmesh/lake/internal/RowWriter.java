package io.fedmesh.lake.internal;

import org.apache.iceberg.DataFile;

/**
 * Writes changes as rows of one data file: the seam for a faster way from Avro to Parquet. Used by one thread.
 */
interface RowWriter {
    /** Location of the file. */
    String location();

    /** Writes the change's row; the first row has position 0. */
    void write(Change change);

    /** Closes the file. */
    DataFile close();

    /** Gives the file up. Never throws. */
    void discard();
}
