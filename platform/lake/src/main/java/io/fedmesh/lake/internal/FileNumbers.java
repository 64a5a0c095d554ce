package io.fedmesh.lake.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small numbers for the locations of data files, given again when a file has no row any more. Used by one thread. */
final class FileNumbers {
    record Named(int number, String location) {}

    private static final int MAX_NEW = 10_000;

    private final List<@Nullable String> locations = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private final List<Named> unwritten = new ArrayList<>();
    private int kept;
    private @Nullable String last;
    private int lastNumber;

    /** The number of a file, given now if it has none. */
    int number(String location) {
        if (!location.equals(last)) {
            lastNumber = find(location);
            last = location;
        }
        return lastNumber;
    }

    private int find(String location) {
        Integer known = numbers.get(location);
        if (known != null) {
            return known;
        }
        Integer number = free.poll();
        if (number == null) {
            number = locations.size();
            locations.add(location);
        } else {
            locations.set(number, location);
        }
        numbers.put(location, number);
        unwritten.add(new Named(number, location));
        return number;
    }

    String location(int number) {
        String location = number < locations.size() ? locations.get(number) : null;
        if (location == null) {
            throw new IllegalStateException("an index must have the name of file " + number);
        }
        return location;
    }

    /** Takes a name that was written before; ascending. */
    void read(int number, String location) {
        while (locations.size() < number) {
            free.add(locations.size());
            locations.add(null);
        }
        locations.add(location);
        numbers.put(location, number);
    }

    /** Names that must be written with the entries that use them. */
    List<Named> unwritten() {
        return unwritten;
    }

    void written() {
        unwritten.clear();
    }

    /** Whether there may be many names that nobody needs. */
    boolean isCrowded() {
        return numbers.size() > 2 * kept + MAX_NEW;
    }

    /** Forgets the names of other files and tells their numbers. */
    List<Integer> keep(BitSet used) {
        List<Integer> dropped = new ArrayList<>();
        last = null;
        for (int number = 0; number < locations.size(); number++) {
            String location = locations.get(number);
            if (location != null && !used.get(number)) {
                locations.set(number, null);
                numbers.remove(location);
                free.add(number);
                dropped.add(number);
            }
        }
        kept = numbers.size();
        return dropped;
    }
}
