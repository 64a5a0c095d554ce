package io.fedmesh.app.internal.process;

import io.fedmesh.govern.audit.AuditUnavailableException;
import io.fedmesh.govern.audit.CheckpointStore;
import io.fedmesh.lake.WriteOnceObjects;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Checkpoints in a bucket, {@code <partition>/<ordinal>.checkpoint} below its prefix. */
final class BucketCheckpointStore implements CheckpointStore {
    private static final String SUFFIX = ".checkpoint";

    private final WriteOnceObjects objects;

    BucketCheckpointStore(WriteOnceObjects objects) {
        this.objects = objects;
    }

    @Override
    public boolean putIfAbsent(int partition, long ordinal, byte[] content) {
        return asked(() -> objects.putIfAbsent(name(partition, ordinal), content));
    }

    @Override
    public Optional<byte[]> read(int partition, long ordinal) {
        return asked(() -> objects.read(name(partition, ordinal)));
    }

    @Override
    public List<Long> ordinals(int partition) {
        return asked(() -> objects.names(Integer.toString(partition)).stream()
                .filter(name -> name.matches("[0-9]{12}\\" + SUFFIX))
                .map(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX.length())))
                .sorted()
                .toList());
    }

    private static String name(int partition, long ordinal) {
        return String.format(Locale.ROOT, "%d/%012d%s", partition, ordinal, SUFFIX);
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (UncheckedIOException e) {
            throw new AuditUnavailableException("[audit.checkpoints] " + e.getMessage(), e);
        }
    }
}
