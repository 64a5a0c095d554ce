package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.notBlank;
import static io.fedmesh.contract.internal.Shape.object;

import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Verdict.Waiver;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import io.fedmesh.contract.internal.Shape.Uniqueness;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * {@code domains/<domain>/waivers.yaml}:
 *
 * <pre>{@code
 * waivers:
 *   - policy: retention
 *     product: order
 *     owner: u-1
 *     reason: the archive moves in March
 *     until: 2027-03-31
 * }</pre>
 */
final class WaiverReader {
    /** What is waived for longer is no exception. */
    private static final int LONGEST_DAYS = 366;

    private static final Shape WAIVER = object().must("policy", notBlank())
            .must("product", Rules.PART)
            .must("owner", Rules.SUBJECT)
            .must("reason", notBlank())
            .must("until", Rules.DAY);
    private static final Shape FILE = object().must("waivers", list(WAIVER, 0, 1_000, Uniqueness.ANY));

    private final RepositoryFiles files;
    private final LocalDate today;
    private final Set<String> policies;
    private final Set<ProductName> products;

    /**
     * @param policies ids of all policies that have a file
     * @param products the products that have a file
     */
    WaiverReader(RepositoryFiles files, LocalDate today, Set<String> policies, Set<ProductName> products) {
        this.files = files;
        this.today = today;
        this.policies = policies;
        this.products = products;
    }

    /** The waivers of a domain that hold today; the report has what is wrong with the others. */
    List<Waiver> ofDomain(String domain) {
        Path file = Path.of("domains", domain, "waivers.yaml");
        Mapping map = files.exists(file) ? files.yaml(file) : null;
        if (map == null) {
            return List.of();
        }
        FileReport report = files.report(file);
        FILE.check(map, "", report);
        List<Waiver> waivers = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        if (map.at("waivers") instanceof Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                if (list.items().get(i) instanceof Mapping item && WAIVER.fits(item)) {
                    Waiver waiver = waiver(domain, item, file);
                    if (isRight(waiver, item, "waivers[" + i + "]", seen, report)) {
                        waivers.add(waiver);
                    }
                }
            }
        }
        return waivers;
    }

    private boolean isRight(Waiver waiver, Mapping item, String path, Set<String> seen, FileReport report) {
        boolean isRight = true;
        if (!policies.contains(waiver.policy()) || isOfAnother(waiver)) {
            report.must(at(item, "policy"), "waiver", path + ".policy", "name a policy that holds for the product");
            isRight = false;
        }
        if (!products.contains(waiver.product())) {
            report.must(
                    at(item, "product"),
                    "waiver",
                    path + ".product",
                    "name a product of '" + waiver.product().domain() + "'");
            isRight = false;
        }
        if (!seen.add(waiver.policy() + " " + waiver.product())) {
            report.add(waiver.line(), "waiver", "'" + path + "' must waive what none above it does but one does");
            isRight = false;
        }
        if (waiver.until().isBefore(today)) {
            report.must(
                    at(item, "until"),
                    "waiver-expired",
                    path + ".until",
                    "be " + today + " or later to waive anything");
            isRight = false;
        }
        if (waiver.until().isAfter(today.plusDays(LONGEST_DAYS))) {
            report.must(
                    at(item, "until"),
                    "waiver",
                    path + ".until",
                    "be within " + LONGEST_DAYS + " days, for an exception ends,");
            isRight = false;
        }
        return isRight;
    }

    private static boolean isOfAnother(Waiver waiver) {
        int dot = waiver.policy().indexOf('.');
        return dot >= 0
                && !waiver.policy().substring(0, dot).equals(waiver.product().domain());
    }

    private static Waiver waiver(String domain, Mapping item, Path file) {
        return new Waiver(
                at(item, "policy").text(),
                new ProductName(domain, at(item, "product").text()),
                at(item, "owner").text(),
                at(item, "reason").text().strip(),
                LocalDate.parse(at(item, "until").text()),
                file,
                item.line());
    }

    private static Scalar at(Mapping item, String key) {
        return (Scalar) Objects.requireNonNull(item.at(key));
    }
}
