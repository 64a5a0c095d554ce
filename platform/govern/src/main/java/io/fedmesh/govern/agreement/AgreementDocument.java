package io.fedmesh.govern.agreement;

import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.YamlText;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An agreement as a file of the Data Usage Agreement Specification 0.0.1 (datamesh-architecture/datausageagreement-specification).
 * What the specification has no word for stands under {@code custom}, as does an end within the last day. A file tells and never
 * grants: only the log does.
 *
 * @param port the topic of the product
 * @param status what the specification calls it; what was revoked or is over was approved and is not active
 * @param state what we call it; null in a file that somebody wrote to ask
 * @param requestHash hash of the request; null in such a file
 * @param askedBy subject id; null in such a file
 */
public record AgreementDocument(
        String id,
        ProductName product,
        String port,
        Consumer consumer,
        Terms terms,
        Status status,
        boolean active,
        @Nullable State state,
        @Nullable String requestHash,
        @Nullable String askedBy,
        List<Agreement.Approval> approvals) {

    /** The specification's. */
    public enum Status {
        REQUESTED,
        APPROVED,
        REJECTED
    }

    /** Ours. */
    public enum State {
        REQUESTED,
        APPROVED,
        DENIED,
        REVOKED,
        OVER,
        BROKEN_GLASS
    }

    private static final String SPECIFICATION = "0.0.1";

    public AgreementDocument {
        Texts.id("id", id);
        approvals = List.copyOf(approvals);
    }

    /** What of the agreement was decided last, or else what is asked. */
    public static AgreementDocument of(GovernanceImage image, Agreement agreement, Instant now) {
        boolean live = Live.of(image, agreement.product(), now).stream()
                .anyMatch(l -> l.agreement().id().equals(agreement.id()));
        Agreement.Glass glass = agreement.glass();
        if (glass != null) {
            return document(
                    image, agreement, glass.terms(), live, state(agreement, now), null, glass.subject(), List.of());
        }
        Agreement.Request request = agreement.approved() == null
                ? Objects.requireNonNull(agreement.open())
                : agreement.approved().request();
        return ofRequest(image, agreement, request, live, state(agreement, now));
    }

    /** What is asked and not decided: an agreement or its renewal; null where nothing is. */
    public static @Nullable AgreementDocument ofOpen(GovernanceImage image, Agreement agreement) {
        Agreement.Request open = agreement.open();
        return open == null || agreement.closed() != null
                ? null
                : ofRequest(image, agreement, open, false, State.REQUESTED);
    }

    private static AgreementDocument ofRequest(
            GovernanceImage image, Agreement agreement, Agreement.Request request, boolean live, State state) {
        return document(
                image, agreement, request.terms(), live, state, request.hash(), request.asker(), request.approvals());
    }

    private static AgreementDocument document(
            GovernanceImage image,
            Agreement agreement,
            Terms terms,
            boolean live,
            State state,
            @Nullable String hash,
            String askedBy,
            List<Agreement.Approval> approvals) {
        Status status = switch (state) {
            case REQUESTED -> Status.REQUESTED;
            case DENIED -> Status.REJECTED;
            case APPROVED, REVOKED, OVER, BROKEN_GLASS -> Status.APPROVED;
        };
        return new AgreementDocument(
                agreement.id(),
                agreement.product(),
                image.product(agreement.product()).map(Directory.Product::topic).orElse("none"),
                agreement.consumer(),
                terms,
                status,
                live,
                state,
                hash,
                askedBy,
                approvals);
    }

    private static State state(Agreement agreement, Instant now) {
        if (agreement.closed() != null) {
            return switch (agreement.closed().end()) {
                case DENIED -> State.DENIED;
                case REVOKED -> State.REVOKED;
            };
        }
        Instant until = agreement.until();
        if (until == null) {
            return State.REQUESTED;
        }
        if (!now.isBefore(until)) {
            return State.OVER;
        }
        return agreement.glass() == null ? State.APPROVED : State.BROKEN_GLASS;
    }

    /**
     * The request that the file makes. Refuses with {@link IllegalArgumentException} a file whose status is not
     * {@code requested} or whose port is not the product's topic.
     *
     * @param directory what there is to ask for
     */
    public Action.Ask ask(Directory directory) {
        if (status != Status.REQUESTED) {
            throw new IllegalArgumentException("'info.status' of what asks must be requested but was " + word(status));
        }
        Directory.Product of = directory.products().get(product);
        if (of == null || !of.topic().equals(port)) {
            throw new IllegalArgumentException("'provider.outputPortId' must be the topic of " + product + ", "
                    + (of == null ? "which there is not" : of.topic()) + ", but was '" + Texts.shown(port) + "'");
        }
        return new Action.Ask(id, product, consumer, terms);
    }

    /** As YAML; {@link #parse} gives it back. */
    public String yaml() {
        StringBuilder yaml = new StringBuilder();
        yaml.append("dataUsageAgreementSpecification: ").append(SPECIFICATION).append('\n');
        line(yaml, 0, "id", id);
        yaml.append("info:\n");
        line(yaml, 1, "purpose", terms.purpose());
        line(yaml, 1, "status", word(status));
        yaml.append("  active: ").append(active).append('\n');
        line(yaml, 1, "startDate", terms.start().toString());
        line(yaml, 1, "endDate", terms.lastDay().toString());
        yaml.append("provider:\n");
        line(yaml, 1, "teamId", product.domain());
        line(yaml, 1, "dataProductId", product.product());
        line(yaml, 1, "outputPortId", port);
        yaml.append("consumer:\n");
        if (consumer instanceof Consumer.User user) {
            line(yaml, 1, "userId", user.subject());
        } else if (consumer instanceof Consumer.Team team) {
            line(yaml, 1, "teamId", team.domain());
        }
        yaml.append("custom:\n  fields:\n");
        terms.fields()
                .forEach(field -> yaml.append("    - ").append(quoted(field)).append('\n'));
        line(yaml, 1, "state", state == null ? null : word(state));
        line(yaml, 1, "requestHash", requestHash);
        line(yaml, 1, "requestedBy", askedBy);
        line(yaml, 1, "until", terms.isOfWholeDays() ? null : terms.end());
        if (!approvals.isEmpty()) {
            yaml.append("  approvals:\n");
            for (Agreement.Approval approval : approvals) {
                yaml.append("    - subject: ")
                        .append(quoted(approval.subject()))
                        .append('\n');
                line(yaml, 3, "at", approval.at().toString());
                line(yaml, 3, "requestHash", approval.requestHash());
            }
        }
        return yaml.toString();
    }

    /**
     * Reads a file strictly: what it does not know is refused, and so is a request hash that is not the file's own.
     *
     * @param file how the problem names it
     */
    public static AgreementDocument parse(Path file, String text) throws InvalidContractsException {
        try {
            return document(new Strict("", YamlText.parse(file, text)));
        } catch (IllegalArgumentException e) {
            throw new InvalidContractsException(
                    List.of(new Problem(file, 1, "agreement", String.valueOf(e.getMessage()))));
        }
    }

    private static AgreementDocument document(Strict map) {
        String specification = map.text("dataUsageAgreementSpecification");
        if (!SPECIFICATION.equals(specification)) {
            throw new IllegalArgumentException("'dataUsageAgreementSpecification' must be " + SPECIFICATION
                    + " but was '" + Texts.shown(specification) + "'");
        }
        String id = map.text("id");
        Strict info = map.map("info");
        Strict provider = map.map("provider");
        Strict consumer = map.map("consumer");
        Strict custom = map.map("custom");
        Terms terms =
                new Terms(info.text("purpose"), info.date("startDate"), until(info, custom), custom.set("fields"));
        Status status = info.constant("status", Status.values());
        Boolean active = info.flagOrNull("active");
        ProductName product = new ProductName(provider.text("teamId"), provider.text("dataProductId"));
        String port = provider.text("outputPortId");
        Consumer whom = consumer(consumer);
        String state = custom.textOrNull("state");
        String hash = custom.textOrNull("requestHash");
        String expected = Digest.request(id, product, whom, terms);
        if (hash != null && !hash.equals(expected)) {
            throw new IllegalArgumentException("'custom.requestHash' must be that of the file, " + expected
                    + ", but was '" + Texts.shown(hash) + "': the file was edited");
        }
        AgreementDocument document = new AgreementDocument(
                id,
                product,
                port,
                whom,
                terms,
                status,
                active != null && active,
                state == null ? null : Strict.constant("custom.state", state, State.values()),
                hash,
                custom.textOrNull("requestedBy"),
                approvals(custom));
        for (Strict part : List.of(info, provider, consumer, custom, map)) {
            part.end();
        }
        return document;
    }

    /** The end of the last day, or what is said of an instant within it, as the specification has dates alone. */
    private static Instant until(Strict info, Strict custom) {
        LocalDate lastDay = info.date("endDate");
        if (custom.textOrNull("until") == null) {
            return Terms.endOf(lastDay);
        }
        Instant until = custom.instant("until");
        if (until.isBefore(lastDay.atStartOfDay(ZoneOffset.UTC).toInstant()) || until.isAfter(Terms.endOf(lastDay))) {
            throw new IllegalArgumentException(
                    "'custom.until' must lie within 'info.endDate', " + lastDay + ", but was " + until);
        }
        return until;
    }

    private static Consumer consumer(Strict consumer) {
        String user = consumer.textOrNull("userId");
        String team = consumer.textOrNull("teamId");
        if ((user == null) == (team == null)) {
            throw new IllegalArgumentException("'consumer' must have 'userId' or 'teamId' but had both or none");
        }
        return user != null ? new Consumer.User(user) : new Consumer.Team(Objects.requireNonNull(team));
    }

    private static List<Agreement.Approval> approvals(Strict custom) {
        List<Agreement.Approval> approvals = new ArrayList<>();
        for (Strict approval : custom.maps("approvals")) {
            approvals.add(new Agreement.Approval(
                    approval.text("subject"),
                    approval.instant("at"),
                    Texts.hash("requestHash", approval.text("requestHash"))));
            approval.end();
        }
        return approvals;
    }

    private static void line(StringBuilder yaml, int depth, String key, @Nullable String value) {
        if (value != null) {
            yaml.append("  ".repeat(depth))
                    .append(key)
                    .append(": ")
                    .append(quoted(value))
                    .append('\n');
        }
    }

    /** A double-quoted scalar of YAML 1.2, chapter 7.3.1; what it holds is one printable line already. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
