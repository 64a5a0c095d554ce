package io.fedmesh.app.internal.cli;

import io.fedmesh.access.ResultFormat;
import io.fedmesh.govern.agreement.Agreement;
import io.fedmesh.govern.agreement.AgreementDocument;
import io.fedmesh.govern.agreement.AgreementGrants;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.GovernanceImage;
import io.fedmesh.govern.agreement.Terms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An agreement at one moment, for people and programs. */
final class AgreementText {
    private final GovernanceImage image;
    private final Agreement agreement;
    private final AgreementDocument document;
    private final boolean opensTopic;

    AgreementText(GovernanceImage image, Agreement agreement, Instant now) {
        this.image = image;
        this.agreement = agreement;
        this.document = AgreementDocument.of(image, agreement, now);
        this.opensTopic = document.active() && opensTopic(now);
    }

    /** By what is live together; a topic is open as soon as one agreement opens it. */
    private boolean opensTopic(Instant now) {
        String topic =
                image.product(agreement.product()).map(Directory.Product::topic).orElse("");
        return AgreementGrants.of(image, now).stream()
                .anyMatch(grant -> grant.principal().equals(agreement.consumer().principal())
                        && grant.name().equals(topic));
    }

    /** What to print of one agreement. */
    void print(ResultFormat format, Console console) {
        switch (format) {
            case JSON -> console.out().println(Json.line(json()));
            case CSV -> row(rows()).print(format, console.out());
            case TABLE -> lines().forEach(console.out()::println);
        }
    }

    static Rows rows() {
        return new Rows(
                "agreement",
                "product",
                "consumer",
                "state",
                "live",
                "from",
                "until",
                "approvals",
                "undecided",
                "purpose");
    }

    /** Adds the agreement to a list of some. */
    Rows row(Rows rows) {
        Agreement.Request open = open();
        Terms terms = document.terms();
        return rows.add(
                agreement.id(),
                agreement.product(),
                agreement.consumer(),
                state(),
                document.active(),
                terms.start(),
                terms.end(),
                open == null ? document.approvals().size() : open.approvals().size() + "/" + needed(open),
                open == null ? "" : agreement.approved() == null ? "request" : "renewal",
                terms.purpose());
    }

    /** For a person who decides: what is asked, and by whom. */
    static List<String> request(GovernanceImage image, Agreement agreement, Agreement.Request request) {
        int needed = image.approversNeeded(agreement.product(), request.terms().fields());
        List<String> lines = new ArrayList<>();
        lines.add((agreement.approved() == null ? "request   " : "renewal   ") + agreement.id());
        lines.add("product   " + agreement.product());
        lines.add("consumer  " + agreement.consumer());
        lines.add("purpose   " + request.terms().purpose());
        lines.add("days      " + days(request.terms()));
        lines.add("fields    " + fields(image, agreement, request.terms()));
        lines.add("asked by  " + request.asker() + " at " + request.at());
        lines.add("approved  " + request.approvals().size() + " of " + needed + approvals(request.approvals()));
        lines.add("hash      " + request.hash());
        return lines;
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        Terms terms = document.terms();
        lines.add("agreement " + agreement.id());
        lines.add("product   " + agreement.product());
        lines.add("consumer  " + agreement.consumer() + ", principal "
                + agreement.consumer().principal());
        lines.add("state     " + state() + (document.active() ? ", live" : ", not live")
                + (document.active() ? opensTopic ? ", topic open" : ", topic closed" : ""));
        lines.add("purpose   " + terms.purpose());
        lines.add("days      " + days(terms));
        lines.add("fields    " + fields(image, agreement, terms));
        lines.add("asked by  " + document.askedBy());
        if (!document.approvals().isEmpty()) {
            lines.add("approved " + approvals(document.approvals()));
        }
        Agreement.Closing closed = agreement.closed();
        if (closed != null) {
            lines.add("closed    " + lower(closed.end()) + " by " + closed.subject() + " at " + closed.at() + ": "
                    + closed.reason());
        }
        Agreement.Glass glass = agreement.glass();
        if (glass != null) {
            Agreement.Reviewed review = glass.review();
            lines.add("review    "
                    + (review == null
                            ? "none yet"
                            : lower(review.finding()) + " by " + review.subject() + " at " + review.at() + ": "
                                    + review.remark()));
        }
        Agreement.Request open = open();
        if (open != null) {
            lines.add("");
            lines.addAll(request(image, agreement, open));
        }
        return lines;
    }

    /** For programs. */
    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("agreement", agreement.id());
        json.put("product", agreement.product().toString());
        json.put("consumer", agreement.consumer().toString());
        json.put("principal", agreement.consumer().principal());
        json.put("state", state());
        json.put("live", document.active());
        json.put("topicOpen", opensTopic);
        json.putAll(terms(document.terms()));
        json.put("askedBy", document.askedBy());
        json.put("requestHash", document.requestHash());
        json.put("approvals", approvalsJson(document.approvals()));
        Agreement.Closing closed = agreement.closed();
        json.put(
                "closed",
                closed == null
                        ? null
                        : Map.of(
                                "end", lower(closed.end()),
                                "by", closed.subject(),
                                "at", closed.at().toString(),
                                "because", closed.reason()));
        Agreement.Reviewed review =
                agreement.glass() == null ? null : agreement.glass().review();
        json.put(
                "review",
                review == null
                        ? null
                        : Map.of(
                                "finding", lower(review.finding()),
                                "by", review.subject(),
                                "at", review.at().toString(),
                                "remark", review.remark()));
        json.put("undecided", undecided());
        return json;
    }

    private @Nullable Map<String, @Nullable Object> undecided() {
        Agreement.Request open = open();
        if (open == null) {
            return null;
        }
        Map<String, @Nullable Object> json = new LinkedHashMap<>(terms(open.terms()));
        json.put("askedBy", open.asker());
        json.put("requestHash", open.hash());
        json.put("approvals", approvalsJson(open.approvals()));
        json.put("approvalsNeeded", needed(open));
        return json;
    }

    private Agreement.@Nullable Request open() {
        return agreement.closed() == null ? agreement.open() : null;
    }

    private int needed(Agreement.Request request) {
        return image.approversNeeded(agreement.product(), request.terms().fields());
    }

    private String state() {
        AgreementDocument.State state = document.state();
        return state == null ? "" : lower(state);
    }

    private static Map<String, @Nullable Object> terms(Terms terms) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("purpose", terms.purpose());
        json.put("start", terms.start().toString());
        json.put("end", terms.lastDay().toString());
        json.put("fields", List.copyOf(terms.fields()));
        json.put("until", terms.isOfWholeDays() ? null : terms.end());
        return json;
    }

    private static List<Map<String, String>> approvalsJson(List<Agreement.Approval> approvals) {
        return approvals.stream()
                .map(approval -> Map.of(
                        "by",
                        approval.subject(),
                        "at",
                        approval.at().toString(),
                        "requestHash",
                        approval.requestHash()))
                .toList();
    }

    private static String approvals(List<Agreement.Approval> approvals) {
        return approvals.stream()
                .map(approval -> " " + approval.subject() + " at " + approval.at())
                .collect(Collectors.joining(","));
    }

    private static String days(Terms terms) {
        return terms.isOfWholeDays()
                ? terms.start() + " to " + terms.end() + ", both included, UTC"
                : terms.start() + " until " + terms.end();
    }

    /** Each with what it is classified as. */
    private static String fields(GovernanceImage image, Agreement agreement, Terms terms) {
        Directory.@Nullable Product product = image.product(agreement.product()).orElse(null);
        return terms.fields().stream()
                .map(field -> {
                    Object label = product == null ? null : product.fields().get(field);
                    return label == null ? field + " (gone)" : field + " (" + label + ")";
                })
                .collect(Collectors.joining(", "));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
