package io.fedmesh.contract.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The end that a deprecated product announces (the standard's {@code endOfLife} among the service levels), and the two halves of
 * a new major version: {@code succeededBy} of the old product and {@code succeeds} of the new one, which must say the same.
 */
final class LifetimeRules {
    static final String SUCCEEDED_BY = "succeededBy";
    static final String SUCCEEDS = "succeeds";

    private static final String END = "endOfLife";
    private static final String DEPRECATED = "deprecated";
    private static final String RULE = "succession";

    private final Map<ProductName, ContractDraft> drafts;

    /** @param drafts the contracts that could be read */
    LifetimeRules(Map<ProductName, ContractDraft> drafts) {
        this.drafts = drafts;
    }

    /** Reports what of it is wrong in each product, and between two. */
    void check() {
        drafts.values().forEach(draft -> {
            end(draft);
            Scalar successor = draft.scalar(SUCCEEDED_BY);
            if (successor != null) {
                successor(draft, successor);
            }
            Scalar predecessor = draft.scalar(SUCCEEDS, "product");
            if (predecessor != null) {
                predecessor(draft, predecessor);
            }
        });
    }

    /** Only after {@link #check} found nothing. */
    static Contract.Lifetime lifetime(ContractDraft draft) {
        Scalar successor = draft.scalar(SUCCEEDED_BY);
        Scalar predecessor = draft.scalar(SUCCEEDS, "product");
        return new Contract.Lifetime(
                day(ends(draft)),
                successor == null ? null : ProductName.parse(successor.text()),
                predecessor == null ? null : ProductName.parse(predecessor.text()));
    }

    /** An end is a deprecated product's, and a deprecated product has one. */
    private static void end(ContractDraft draft) {
        List<Mapping> ends = ends(draft);
        Scalar status = draft.status();
        boolean isDeprecated = status != null && status.text().equals(DEPRECATED);
        if (ends.size() > 1 || (ends.isEmpty() && isDeprecated)) {
            draft.report()
                    .add(
                            draft.file().lineOf("slaProperties"),
                            RULE,
                            "'slaProperties' must have one property 'endOfLife' where 'status' is 'deprecated' but had "
                                    + ends.size());
            return;
        }
        for (Mapping end : ends) {
            Node value = end.at("value");
            if (value == null) {
                draft.report().missing(end.line(), "slaProperties.endOfLife.value");
            } else {
                Rules.DAY.check(value, "slaProperties.endOfLife.value", draft.report());
            }
            if (!isDeprecated && status != null) {
                draft.report().must(status, RULE, "status", "be 'deprecated' where an 'endOfLife' is announced");
            }
        }
        Scalar successor = draft.scalar(SUCCEEDED_BY);
        if (ends.isEmpty() && successor != null) {
            draft.report()
                    .add(
                            successor.line(),
                            RULE,
                            "'customProperties.succeededBy' must stand beside an 'endOfLife' in 'slaProperties', until which"
                                    + " both are published, but none was given");
        }
    }

    /** The old product's half: whom it names must name it. */
    private void successor(ContractDraft draft, Scalar successor) {
        ContractDraft other = named(successor);
        Scalar back = other == null ? null : other.scalar(SUCCEEDS, "product");
        if (back == null || !back.text().equals(draft.name().toString())) {
            draft.report()
                    .must(
                            successor,
                            RULE,
                            "customProperties.succeededBy",
                            "name a product whose 'succeeds' names " + draft.name());
        }
    }

    /** The new product's half: a later major version beside the old one, of the same domain, until the old one's end. */
    private void predecessor(ContractDraft draft, Scalar predecessor) {
        ContractDraft other = named(predecessor);
        Scalar back = other == null ? null : other.scalar(SUCCEEDED_BY);
        if (other == null
                || back == null
                || !back.text().equals(draft.name().toString())
                || !other.name().domain().equals(draft.name().domain())) {
            draft.report()
                    .must(
                            predecessor,
                            RULE,
                            "customProperties.succeeds.product",
                            "name a product of '" + draft.name().domain() + "' whose 'succeededBy' names "
                                    + draft.name());
            return;
        }
        Scalar version = draft.version();
        Scalar older = other.version();
        if (version != null
                && older != null
                && Rules.SEMANTIC_VERSION.fits(version)
                && Rules.SEMANTIC_VERSION.fits(older)
                && major(version) <= major(older)) {
            draft.report()
                    .must(
                            version,
                            RULE,
                            "version",
                            "be of a later major version than " + older.text() + " of " + other.name()
                                    + ", which it succeeds,");
        }
        Scalar until = draft.scalar(SUCCEEDS, "until");
        LocalDate end = day(ends(other));
        if (until != null && end != null && !until.text().equals(end.toString())) {
            draft.report()
                    .must(
                            until,
                            RULE,
                            "customProperties.succeeds.until",
                            "be " + end + ", the 'endOfLife' of " + other.name() + ",");
        }
    }

    private @Nullable ContractDraft named(Scalar text) {
        try {
            return drafts.get(ProductName.parse(text.text()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static int major(Scalar version) {
        return Integer.parseInt(version.text().split("\\.", 2)[0]);
    }

    private static List<Mapping> ends(ContractDraft draft) {
        return draft.file().at("slaProperties") instanceof Sequence list
                ? list.items().stream()
                        .filter(Mapping.class::isInstance)
                        .map(Mapping.class::cast)
                        .filter(item -> item.at("property") instanceof Scalar given
                                && given.text().equals(END))
                        .toList()
                : List.of();
    }

    private static @Nullable LocalDate day(List<Mapping> ends) {
        return ends.size() == 1 && ends.get(0).at("value") instanceof Scalar value && Rules.DAY.fits(value)
                ? LocalDate.parse(value.text())
                : null;
    }
}
