package io.fedmesh.app.internal.process;

import io.fedmesh.lake.Lakehouse;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a component does on the lake: begun as soon as both can be had, ended together. Thread-safe. */
final class LakeWork<W> {
    private final Connections connections;
    private final Patience patience;
    private final Function<Lakehouse, W> begin;
    private final Consumer<W> end;
    private volatile Health waiting = Health.of(Health.State.STARTING);
    private @Nullable Lakehouse lakehouse;
    private volatile @Nullable W work;
    private boolean isClosed;

    /**
     * @param begin begins the work on a lake that stays open until its end
     * @param end ends the work and waits for that; does nothing the second time
     */
    LakeWork(Connections connections, Patience patience, Function<Lakehouse, W> begin, Consumer<W> end) {
        this.connections = connections;
        this.patience = patience;
        this.begin = begin;
        this.end = end;
    }

    /** As {@link Component#start}. */
    void start() throws Exception {
        Lakehouse opened = patience.until(
                connections::lakehouse, why -> waiting = new Health(Health.State.HOLDING, "lake: " + why));
        synchronized (this) {
            if (isClosed) {
                opened.close();
                return;
            }
            lakehouse = opened;
        }
        W begun = patience.until(() -> begin.apply(opened), why -> waiting = new Health(Health.State.HOLDING, why));
        synchronized (this) {
            work = begun;
            if (isClosed) {
                close();
            }
        }
    }

    /** Null until it has begun. */
    @Nullable
    W begun() {
        return work;
    }

    /** How the component is until then. */
    Health waiting() {
        return waiting;
    }

    /** As {@link Component#close}. */
    synchronized void close() {
        isClosed = true;
        W begun = work;
        if (begun != null) {
            end.accept(begun);
        }
        if (lakehouse != null) {
            lakehouse.close();
            lakehouse = null;
        }
    }
}
