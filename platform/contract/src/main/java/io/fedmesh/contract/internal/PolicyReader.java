package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.notBlank;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.oneOf;
import static io.fedmesh.contract.internal.Shape.scalar;

import io.fedmesh.contract.Policy;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.internal.Node.Kind;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.PolicyLanguage.Miswritten;
import io.fedmesh.contract.internal.PolicyLanguage.Program;
import io.fedmesh.contract.internal.PolicyLanguage.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The platform's policies, which lie beside this class, and those of domains. */
final class PolicyReader {
    /** The platform's, by id; each is a file of {@code policies/}. */
    static final List<String> PLATFORM = List.of(
            "classification",
            "cost-centre",
            "erasure-subject",
            "owner",
            "pii-classification",
            "pii-protection",
            "public-product",
            "retention",
            "service-level");

    private static final int MAX_FILE_BYTES = 64 * 1024;
    private static final Shape EXPRESSION = scalar(
            "be a text of at most " + PolicyLanguage.MAX_LENGTH + " characters that says something",
            s -> s.kind() == Kind.TEXT && !s.text().isBlank() && s.text().length() <= PolicyLanguage.MAX_LENGTH);
    private static final Shape.Obj POLICY = object().must("id", notBlank())
            .must("title", notBlank())
            .must("severity", oneOf("error", "warning"))
            .may("on", oneOf("contract", "change"))
            .must("expression", EXPRESSION)
            .may("offenders", EXPRESSION)
            .must("message", notBlank());
    /** A block of text that keeps its lines: what follows the key on its own line. */
    private static final Pattern LITERAL = Pattern.compile("\\s*(expression|offenders):\\s*\\|[-+0-9]*\\s*(#.*)?");

    private final RepositoryFiles files;
    private final Set<String> known = new TreeSet<>(PLATFORM);

    PolicyReader(RepositoryFiles files) {
        this.files = files;
    }

    /**
     * A policy and what decides it.
     *
     * @param offenders null where the policy names none
     */
    record Compiled(
            Policy policy, Program expression, @Nullable Program offenders) {}

    /** The platform's own, in the order of their ids. */
    static List<Compiled> platform() {
        List<Compiled> policies = new ArrayList<>();
        for (String id : PLATFORM) {
            Set<Problem> problems = new LinkedHashSet<>();
            Path file = Path.of("policies", id + ".yaml");
            Compiled policy = parse(resource(file.toString()), id, null, new FileReport(file, problems));
            if (policy == null || !problems.isEmpty()) {
                throw new IllegalStateException("a policy of the platform must be right but: " + problems);
            }
            policies.add(policy);
        }
        return policies;
    }

    /** Those of a domain that can be read, in the order of their ids; the report has what is wrong with the others. */
    List<Compiled> ofDomain(String domain) {
        List<Compiled> policies = new ArrayList<>();
        Path folder = Path.of("domains", domain, "policies");
        for (Path file : files.files(folder, Set.of(".yaml"))) {
            String name = RepositoryFiles.stem(file, ".yaml");
            if (!files.isPart(name, file)) {
                continue;
            }
            String id = domain + "." + name;
            known.add(id);
            try {
                String text = TextFile.read(files.root().resolve(file), MAX_FILE_BYTES);
                Compiled policy = parse(text, id, domain, files.report(file));
                if (policy != null) {
                    policies.add(policy);
                }
            } catch (Unreadable e) {
                e.reportTo(files.report(file));
            }
        }
        return policies;
    }

    /** The ids of all policies that have a file and have been asked for, read or not. */
    Set<String> known() {
        return known;
    }

    /** Null where it is wrong, and the report says why. */
    static @Nullable Compiled parse(String text, String id, @Nullable String domain, FileReport report) {
        Mapping map;
        try {
            map = YamlReader.parse(text, report);
        } catch (Unreadable e) {
            e.reportTo(report);
            return null;
        }
        POLICY.check(map, "", report);
        if (map.at("id") instanceof Scalar given && !given.text().equals(id)) {
            report.must(
                    given,
                    "name",
                    "id",
                    PLATFORM.contains(given.text())
                            ? "be '" + id + "', for a domain cannot take the place of the platform's policies,"
                            : "be '" + id + "', as the file's place says,");
            return null;
        }
        if (!POLICY.fits(map)) {
            return null;
        }
        Policy.Subject subject = map.at("on") instanceof Scalar on
                ? Policy.Subject.valueOf(on.text().toUpperCase(Locale.ROOT))
                : Policy.Subject.CONTRACT;
        Program expression = compile(map, "expression", subject, Result.TRUTH, text, report);
        Program offenders =
                map.at("offenders") == null ? null : compile(map, "offenders", subject, Result.FIELDS, text, report);
        if (expression == null || (map.at("offenders") != null && offenders == null)) {
            return null;
        }
        Policy policy = new Policy(
                id,
                text(map, "title"),
                Policy.Severity.valueOf(text(map, "severity").toUpperCase(Locale.ROOT)),
                subject,
                text(map, "message"),
                domain,
                report.file());
        return new Compiled(policy, expression, offenders);
    }

    private static @Nullable Program compile(
            Mapping map, String key, Policy.Subject subject, Result result, String file, FileReport report) {
        try {
            return PolicyLanguage.compile(raw(map, key), subject, result);
        } catch (Miswritten e) {
            int line = map.lineOf(key);
            boolean isLiteral = LITERAL.matcher(
                            file.lines().skip(line - 1L).findFirst().orElse(""))
                    .matches();
            e.mistakes()
                    .forEach(mistake -> report.add(
                            isLiteral ? line + mistake.line() : line,
                            "expression",
                            "'" + key + "' must compile but: " + mistake.message()));
            return null;
        }
    }

    private static String resource(String name) {
        try (InputStream in = PolicyReader.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the platform must have " + name + " but has not");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Mapping map, String key) {
        return raw(map, key).strip();
    }

    /** With its empty lines, which count. */
    private static String raw(Mapping map, String key) {
        return ((Scalar) java.util.Objects.requireNonNull(map.at(key))).text();
    }
}
