package io.fedmesh.lake.internal;

import io.fedmesh.contract.failpoint.Failpoint;
import io.fedmesh.lake.LakeConfig;
import io.fedmesh.lake.TableRefusedException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.encryption.EncryptedKey;
import org.apache.iceberg.encryption.EncryptingFileIO;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.encryption.EncryptionUtil;
import org.apache.iceberg.encryption.KeyManagementClient;
import org.apache.iceberg.encryption.PlaintextEncryptionManager;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * Gives a catalog's table operations what they lack: encryption of everything but the metadata file, the guard of key id
 * and metadata, and a true answer about a commit whose response was lost. It knows nothing of the catalog behind it, so
 * that any catalog's operations can be wrapped. Not thread-safe, as Iceberg's own.
 */
final class EncryptedTableOperations implements TableOperations {
    private static final String DATA_KEY_BYTES = "32";

    private static final int SPARE_KEYS = 8;

    private final String name;
    private final TableOperations catalog;
    private final MetadataGuard guard;
    private final KeyManagementClient keys;
    private final LakeConfig.Encryption demand;
    private @Nullable EncryptionManager encryption;
    private @Nullable TableMetadata encryptionOf;
    private @Nullable TableMetadata checked;

    EncryptedTableOperations(
            String name,
            TableOperations catalog,
            MetadataGuard guard,
            KeyManagementClient keys,
            LakeConfig.Encryption demand) {
        this.name = name;
        this.catalog = catalog;
        this.guard = guard;
        this.keys = keys;
        this.demand = demand;
    }

    @Override
    public @Nullable TableMetadata current() {
        return known(catalog::current);
    }

    @Override
    public @Nullable TableMetadata refresh() {
        return known(catalog::refresh);
    }

    @Override
    public void commit(@Nullable TableMetadata base, TableMetadata metadata) {
        String keyId = metadata.properties().get(TableProperties.ENCRYPTION_TABLE_KEY);
        if (base == null) {
            demandKey(keyId);
            guard.bindKey(Objects.requireNonNull(metadata.uuid()), keyId);
        } else {
            guard.checkKey(Objects.requireNonNull(metadata.uuid()), keyId);
        }
        try {
            catalog.commit(base, withoutUnusedKeys(metadata, keyId));
            Failpoint.SINK_COMMIT_APPLIED.hit();
        } catch (AlreadyExistsException | TableRefusedException e) {
            throw e;
        } catch (CommitStateUnknownException e) {
            if (!applied(base, metadata, e)) {
                throw e;
            }
        } catch (CommitFailedException e) {
            // A connection pool that sends an update again after a lost response sees its own first try as a conflict.
            // Iceberg would then delete the manifests of a snapshot that is in force.
            if (!applied(base, metadata, e)) {
                throw e;
            }
        } catch (RuntimeException e) {
            if (!applied(base, metadata, e)) {
                throw new CommitStateUnknownException(e);
            }
        }
    }

    /** Iceberg leaves the keys of expired snapshots' manifest lists in the metadata file for ever. */
    private static TableMetadata withoutUnusedKeys(TableMetadata metadata, @Nullable String tableKeyId) {
        List<EncryptedKey> known = metadata.encryptionKeys();
        if (known == null || known.size() <= metadata.snapshots().size() + SPARE_KEYS) {
            return metadata;
        }
        Set<String> used = new HashSet<>();
        metadata.snapshots().forEach(snapshot -> used.add(snapshot.keyId()));
        TableMetadata.Builder builder = TableMetadata.buildFrom(metadata);
        for (EncryptedKey key : known) {
            if (!Objects.equals(key.encryptedById(), tableKeyId) && !used.contains(key.keyId())) {
                builder.removeEncryptionKey(key.keyId());
            }
        }
        return builder.build();
    }

    /**
     * Whether the commit's snapshot, on whatever branch, is in force after all; an error of the look itself leaves the outcome
     * unknown.
     */
    private boolean applied(@Nullable TableMetadata base, TableMetadata metadata, RuntimeException cause) {
        Snapshot added = added(base, metadata);
        if (added == null) {
            return false;
        }
        try {
            TableMetadata now = refresh();
            return now != null && now.snapshot(added.snapshotId()) != null;
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
            throw new CommitStateUnknownException(cause);
        }
    }

    private static @Nullable Snapshot added(@Nullable TableMetadata base, TableMetadata metadata) {
        for (Snapshot snapshot : metadata.snapshots()) {
            if (base == null || base.snapshot(snapshot.snapshotId()) == null) {
                return snapshot;
            }
        }
        return null;
    }

    private void demandKey(@Nullable String keyId) {
        if (keyId == null && demand == LakeConfig.Encryption.DEMANDED) {
            throw new TableRefusedException("[" + name + "] 'encryption.key-id' must be set: every table is encrypted");
        }
    }

    /** Every file under a location, whoever wrote it. */
    Iterable<FileInfo> list(String location) {
        return ((GuardedFileIO) catalog.io()).list(location);
    }

    @Override
    public FileIO io() {
        return EncryptingFileIO.combine(catalog.io(), encryption());
    }

    @Override
    public EncryptionManager encryption() {
        TableMetadata metadata = current();
        if (metadata == null) {
            throw new TableRefusedException("[" + name + "] the table must exist before its files are written");
        }
        if (encryption == null || encryptionOf != metadata) {
            String keyId = metadata.properties().get(TableProperties.ENCRYPTION_TABLE_KEY);
            demandKey(keyId);
            encryptionOf = metadata;
            if (keyId == null) {
                encryption = PlaintextEncryptionManager.instance();
                return encryption;
            }
            List<EncryptedKey> known = metadata.encryptionKeys();
            encryption = EncryptionUtil.createEncryptionManager(
                    known == null ? List.of() : known,
                    Map.of(
                            TableProperties.ENCRYPTION_TABLE_KEY,
                            keyId,
                            TableProperties.ENCRYPTION_DEK_LENGTH,
                            DATA_KEY_BYTES),
                    keys);
        }
        return encryption;
    }

    @Override
    public String metadataFileLocation(String fileName) {
        return catalog.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
        return catalog.locationProvider();
    }

    /** Refused: the operations behind would write the transaction's manifests without encryption. */
    @Override
    public TableOperations temp(TableMetadata uncommittedMetadata) {
        throw new TableRefusedException(
                "[" + name + "] must be changed by single commits but a transaction was asked for");
    }

    @Override
    public long newSnapshotId() {
        return catalog.newSnapshotId();
    }

    private @Nullable TableMetadata known(Supplier<@Nullable TableMetadata> load) {
        TableMetadata metadata;
        try {
            metadata = load.get();
        } catch (MetadataMismatchException e) {
            throw new TableRefusedException("[" + name + "] " + e.getMessage(), e);
        }
        if (metadata != null && metadata != checked) {
            String keyId = metadata.properties().get(TableProperties.ENCRYPTION_TABLE_KEY);
            guard.checkKey(Objects.requireNonNull(metadata.uuid()), keyId);
            demandKey(keyId);
            checked = metadata;
        }
        return metadata;
    }
}
