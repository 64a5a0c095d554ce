package io.fedmesh.contract.failpoint;

import io.fedmesh.contract.failpoint.Failpoint.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strike that is laid: once, at the n-th time that the process comes to a place.
 *
 * @param nth 1 for the first time from now on
 * @param pauseMs how long {@link Mode#PAUSE} waits, 1 to 600,000; 0 for the other modes
 */
public record Charge(Failpoint point, int nth, Mode mode, long pauseMs) {
    private static final Pattern TEXT =
            Pattern.compile("([a-z.-]+):([1-9][0-9]{0,8}):(halt|throw|pause)(=([0-9]{1,6}))?");
    private static final long MAX_PAUSE_MS = 600_000;

    public Charge {
        if (nth < 1) {
            throw new IllegalArgumentException("[failpoint " + point + "] 'nth' must be 1 or more but was " + nth);
        }
        boolean waits = mode == Mode.PAUSE;
        if (waits ? pauseMs < 1 || pauseMs > MAX_PAUSE_MS : pauseMs != 0) {
            throw new IllegalArgumentException("[failpoint " + point + "] 'pauseMs' must be 1 to " + MAX_PAUSE_MS
                    + " for a pause and 0 otherwise but was " + pauseMs);
        }
    }

    /**
     * Reads {@code <place>:<n>:halt|throw|pause=<milliseconds>}, several separated by commas or white space.
     *
     * @throws IllegalArgumentException when the text is anything else
     */
    public static List<Charge> parse(String text) {
        List<Charge> charges = new ArrayList<>();
        for (String one : text.strip().split("[,\\s]+", -1)) {
            if (one.isEmpty() && text.isBlank()) {
                continue;
            }
            Matcher matcher = TEXT.matcher(one);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "[failpoint] must be <place>:<n>:halt|throw|pause=<milliseconds> but was '" + one + "'");
            }
            charges.add(new Charge(
                    Failpoint.of(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Mode.valueOf(matcher.group(3).toUpperCase(Locale.ROOT)),
                    matcher.group(5) == null ? 0 : Long.parseLong(matcher.group(5))));
        }
        return charges;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        String how = mode.name().toLowerCase(Locale.ROOT);
        return point + ":" + nth + ":" + how + (mode == Mode.PAUSE ? "=" + pauseMs : "");
    }
}
