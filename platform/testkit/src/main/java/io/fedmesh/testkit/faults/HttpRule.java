package io.fedmesh.testkit.faults;

import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What an {@link HttpFront} does to some requests. Counts them. Thread-safe.
 */
public final class HttpRule {
    /** What happens to a request. */
    public enum Action {
        /** Answered with the status; the server never sees it. */
        ANSWER,
        /** The server does it, and it is answered with the status all the same. */
        APPLY_AND_ANSWER,
        /** The server does it, and the connection is cut instead of an answer. */
        APPLY_AND_LOSE,
        /** The server gets half of its body, then both connections are cut. */
        CUT_REQUEST,
        /** The client gets half of the answer's body, then its connection is cut. */
        CUT_RESPONSE,
        /** It waits before it goes on to the server. */
        SLOW
    }

    private final Action action;
    private final Pattern requests;
    private final int status;
    private final String body;
    private final long delayMs;
    private final long times;
    private final AtomicLong left;
    private final AtomicLong bites = new AtomicLong();

    private HttpRule(Action action, String requests, int status, String body, long delayMs, long times) {
        this.action = action;
        this.requests = Pattern.compile(requests);
        this.status = status;
        this.body = body;
        this.delayMs = delayMs;
        this.times = times;
        this.left = new AtomicLong(times);
    }

    /**
     * A rule that answers, {@link Action#ANSWER} or {@link Action#APPLY_AND_ANSWER}.
     *
     * @param requests regular expression that {@code <method> <path and query>} must match as a whole
     * @param times how many requests at most
     */
    public static HttpRule answer(Action action, String requests, int status, String body, long times) {
        return new HttpRule(action, requests, status, body, 0, times);
    }

    /** A rule that cuts, {@link Action#APPLY_AND_LOSE}, {@link Action#CUT_REQUEST} or {@link Action#CUT_RESPONSE}. */
    public static HttpRule cut(Action action, String requests, long times) {
        return new HttpRule(action, requests, 0, "", 0, times);
    }

    /** A rule that makes requests wait. */
    public static HttpRule slow(String requests, long delayMs, long times) {
        return new HttpRule(Action.SLOW, requests, 0, "", delayMs, times);
    }

    /** The same rule that has struck nothing yet. */
    public HttpRule again() {
        return new HttpRule(action, requests.pattern(), status, body, delayMs, times);
    }

    /** How many requests it has struck. */
    public long bites() {
        return bites.get();
    }

    /** Whether it takes this request; counts it if so. */
    boolean takes(String request) {
        if (!requests.matcher(request).matches() || left.getAndDecrement() <= 0) {
            return false;
        }
        bites.incrementAndGet();
        return true;
    }

    Action action() {
        return action;
    }

    int status() {
        return status;
    }

    String body() {
        return body;
    }

    long delayMs() {
        return delayMs;
    }

    @Override
    public String toString() {
        return action + (status == 0 ? "" : " " + status) + " " + requests;
    }
}
