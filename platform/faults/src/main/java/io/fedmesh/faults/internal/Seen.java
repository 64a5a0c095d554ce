package io.fedmesh.faults.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the oracle has read of a mesh and will not find changed: records of topics, rows of the oplog, and the rows of data
 * files and deletion vectors, which nobody ever writes again. Each schedule reads what is new and judges all of it. One
 * thread, but for files and vectors.
 */
final class Seen {
    /** What was read of one product. */
    static final class OfProduct {
        final List<Alignment.Headed> records = new ArrayList<>();
        /** Per partition, the offset to read from. */
        final Map<Integer, Long> nextOffsets = new HashMap<>();

        final List<Oplog.Change> changes = new ArrayList<>();
        long lastChange;
    }

    private final Map<ProductName, OfProduct> products = new HashMap<>();
    private final Map<String, List<Object>> files = new ConcurrentHashMap<>();
    private final Map<String, Set<Long>> vectors = new ConcurrentHashMap<>();

    OfProduct of(Contract contract) {
        return products.computeIfAbsent(contract.name(), name -> new OfProduct());
    }

    /**
     * The rows of a table's data files, in their order, by the file's location; what is put there stays. A file that a
     * table no longer has is forgotten with {@link #keepFiles}.
     */
    Map<String, List<Object>> files() {
        return files;
    }

    /** The positions of deletion vectors, by the vector's file and its place in it. */
    Map<String, Set<Long>> vectors() {
        return vectors;
    }

    /** Forgets the files of a table that are not among those that it has. */
    void keepFiles(String folder, Set<String> live) {
        files.keySet().removeIf(location -> location.startsWith(folder) && !live.contains(location));
    }
}
