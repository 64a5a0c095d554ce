package io.fedmesh.lake.internal;

import org.apache.iceberg.exceptions.NotFoundException;

/**
 * A metadata file is not what the guard knows. It is a {@link NotFoundException} only because Iceberg retries every other
 * error of a refresh for minutes; {@link EncryptedTableOperations} turns it into a refusal.
 */
final class MetadataMismatchException extends NotFoundException {
    private static final long serialVersionUID = 1L;

    MetadataMismatchException(String message) {
        super("%s", message);
    }
}
