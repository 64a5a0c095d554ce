package io.fedmesh.govern.audit;

import io.fedmesh.govern.Principal;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One decision, read or change: who, what, why and with which outcome; never a record's value. A value. Texts are data
 * and may hold anything, line breaks and control characters included; {@code purpose} and {@code reasons} are cut at
 * their bounds, so that nobody escapes the record by asking at length; names that are too long or blank are refused with
 * {@link IllegalArgumentException}.
 *
 * @param id unique among all events of the mesh; at most {@value #MAX_NAME} characters
 * @param time when it happened, by the clock of the process that decided
 * @param who the stable subject id of the one who asked
 * @param action what was asked for, lower-case words joined with {@code .} or {@code -}: {@code agreement.approve}
 * @param resource the name of what it was asked of
 * @param purpose why, in the words of the one who asked; empty where none was given
 * @param outcome what came of it
 * @param reasons why so; at most {@value #MAX_REASONS} are kept
 * @param policyHash hash of the policies that decided; null where none did
 * @param agreementIds the agreements that it rests on or is about; empty where there is none, {@value #MAX_AGREEMENTS} at
 *     most
 * @param correlationId the same for all events of one request
 */
public record AuditEvent(
        String id,
        Instant time,
        Principal who,
        String action,
        String resource,
        String purpose,
        Outcome outcome,
        List<String> reasons,
        @Nullable String policyHash,
        List<String> agreementIds,
        String correlationId) {

    /** Most characters of a name. */
    public static final int MAX_NAME = 300;

    /** Characters of a purpose or a reason that are kept. */
    public static final int MAX_TEXT = 1_000;

    /** Reasons that are kept. */
    public static final int MAX_REASONS = 20;

    /** Most agreements. */
    public static final int MAX_AGREEMENTS = 100;

    private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9]{0,30}([.-][a-z0-9]{1,31}){0,5}");

    /** What came of it. An attempt is none of the others: whoever acts says afterwards what became of it. */
    public enum Outcome {
        /** A question was answered with yes. */
        ALLOWED,
        /** A question was answered with no. */
        DENIED,
        /** Something is about to be done. */
        ATTEMPTED,
        /** It was done. */
        DONE,
        /** It was not done. */
        FAILED,
        /** Nobody knows whether it was done. */
        UNKNOWN
    }

    public AuditEvent {
        name("id", id);
        name("who", who.name());
        name("resource", resource);
        name("correlationId", correlationId);
        if (policyHash != null) {
            name("policyHash", policyHash);
        }
        if (agreementIds.size() > MAX_AGREEMENTS) {
            throw new IllegalArgumentException("[audit event] 'agreementIds' must name at most " + MAX_AGREEMENTS
                    + " but were " + agreementIds.size());
        }
        agreementIds.forEach(agreement -> name("agreementIds", agreement));
        agreementIds = List.copyOf(agreementIds);
        if (!ACTION.matcher(action).matches()) {
            throw new IllegalArgumentException("[audit event] 'action' must match " + ACTION.pattern()
                    + " but was a text of " + action.length() + " characters that does not");
        }
        purpose = cut(purpose);
        reasons = reasons.stream().limit(MAX_REASONS).map(AuditEvent::cut).toList();
    }

    private static void name(String what, String text) {
        if (text.isBlank() || text.length() > MAX_NAME) {
            throw new IllegalArgumentException("[audit event] '" + what + "' must have 1 to " + MAX_NAME
                    + " characters that are not all blank but had " + text.length());
        }
    }

    private static String cut(String text) {
        String mark = "… (cut)";
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - mark.length()) + mark;
    }
}
