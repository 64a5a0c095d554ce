package io.fedmesh.contract.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.Domain;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Source;
import io.fedmesh.contract.TopicName;
import io.fedmesh.contract.internal.ContractReader.Located;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A whole repository: {@code domains/} and {@code schemas/}. Used once. */
public final class RepositoryReader {
    private static final String CONTRACT_SUFFIX = ".odcs.yaml";
    private static final int MAX_SQL_BYTES = 64 * 1024;
    private static final int MAX_SLOT_LENGTH = 63;

    private final Path root;
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final RepositoryFiles files;
    private final List<Domain> domains = new ArrayList<>();
    private final Map<String, Source> sources = new TreeMap<>();
    private final Set<String> sourceFiles = new TreeSet<>();
    private final Map<ProductName, ContractDraft> drafts = new TreeMap<>();
    private final Set<ProductName> productFiles = new TreeSet<>();
    private final Set<String> domainFolders = new TreeSet<>();

    public RepositoryReader(Path root) {
        this.root = root;
        this.files = new RepositoryFiles(root, problems);
    }

    /** Reads and checks everything; the exception holds all problems in the order of file and line. */
    public Contracts read() throws InvalidContractsException {
        Contracts contracts = readWhole();
        if (!problems.isEmpty()) {
            throw new InvalidContractsException(problems());
        }
        return contracts;
    }

    /** Reads and checks everything; holds the products in whose own files nothing is wrong. */
    Contracts readWhole() {
        for (Path folder : files.list(Path.of("domains"))) {
            if (files.isFolder(folder)) {
                readDomain(folder);
            }
        }
        Map<ProductName, SchemaReader.Draft> schemas = new HashMap<>();
        drafts.forEach((name, draft) -> {
            SchemaReader.Draft schema = readSchema(draft);
            if (schema != null) {
                schemas.put(name, schema);
                SchemaAgreement.check(draft, schema);
            }
        });
        checkSchemaFiles();
        checkSources();
        new Lineage(drafts, productFiles).check();
        new LifetimeRules(drafts).check();
        new Inheritance(drafts, schemas, domains).check();
        Map<ProductName, String> sql = new HashMap<>();
        drafts.forEach((name, draft) -> {
            String text = reconcileSql(draft);
            if (text != null) {
                sql.put(name, text);
            }
        });
        Set<Path> wrong = problems.stream().map(Problem::file).collect(Collectors.toSet());
        List<Contract> products = new ArrayList<>();
        drafts.forEach((name, draft) -> {
            SchemaReader.Draft schema = schemas.get(name);
            if (schema != null
                    && !wrong.contains(draft.report().file())
                    && !wrong.contains(schema.report().file())) {
                products.add(draft.contract(schema, sql.get(name)));
            }
        });
        return new Contracts(List.copyOf(domains), List.copyOf(sources.values()), List.copyOf(products));
    }

    /** What is wrong, in the order of file and line. */
    List<Problem> problems() {
        return Problems.sorted(problems);
    }

    /** The domains that have a folder, read or not. */
    Set<String> domainFolders() {
        return domainFolders;
    }

    /** The products that have a file, read or not. */
    Set<ProductName> productFiles() {
        return productFiles;
    }

    private void readDomain(Path folder) {
        String name = RepositoryFiles.name(folder);
        if (!Names.isPart(name)) {
            files.report(folder)
                    .add(
                            1,
                            "name",
                            "a domain's folder must match [a-z][a-z0-9-]{0,30} but was '" + Scalar.printable(name)
                                    + "'");
            return;
        }
        domainFolders.add(name);
        Path file = folder.resolve("domain.yaml");
        Mapping map = files.yaml(file);
        if (map != null) {
            Rules.DOMAIN.check(map, "", files.report(file));
            checkName(map, name, files.report(file));
            if (Rules.DOMAIN.fits(map)) {
                domains.add(new Domain(
                        name,
                        text(map, "description"),
                        text(map, "owner"),
                        text(map, "costCentre"),
                        ((Sequence) java.util.Objects.requireNonNull(map.at("stewards")))
                                .items().stream()
                                        .map(item -> ((Scalar) item).text())
                                        .toList(),
                        file));
            }
        }
        for (Path entry : files.files(folder.resolve("sources"), Set.of(".yaml"))) {
            readSource(name, entry);
        }
        for (Path entry : files.files(folder.resolve("products"), Set.of(CONTRACT_SUFFIX, ".sql"))) {
            if (RepositoryFiles.name(entry).endsWith(CONTRACT_SUFFIX)) {
                readProduct(name, entry);
            }
        }
    }

    private void readSource(String domain, Path file) {
        String name = RepositoryFiles.stem(file, ".yaml");
        Mapping map = files.isPart(name, file) ? files.yaml(file) : null;
        if (map == null) {
            return;
        }
        sourceFiles.add(domain + "." + name);
        Rules.SOURCE.check(map, "", files.report(file));
        checkName(map, name, files.report(file));
        if (Rules.SOURCE.fits(map)) {
            Source source = new Source(
                    domain,
                    name,
                    text(map, "connection"),
                    text(map, "heartbeatTable"),
                    Source.Truncate.valueOf(text(map, "truncate").toUpperCase(Locale.ROOT)),
                    file);
            sources.put(domain + "." + name, source);
        }
    }

    private void readProduct(String domain, Path file) {
        String product = RepositoryFiles.stem(file, CONTRACT_SUFFIX);
        if (!files.isPart(product, file)) {
            return;
        }
        ProductName name = new ProductName(domain, product);
        productFiles.add(name);
        Mapping map = files.yaml(file);
        if (map != null) {
            drafts.put(name, ContractReader.read(name, map, files.report(file)));
        }
    }

    private SchemaReader.@Nullable Draft readSchema(ContractDraft draft) {
        Located<TopicName> topic = draft.topic();
        if (topic == null) {
            return null;
        }
        ProductName name = draft.name();
        Path file = Path.of(
                "schemas", name.domain(), name.product() + ".v" + topic.value().major() + ".avsc");
        if (!Files.exists(root.resolve(file))) {
            draft.report()
                    .add(
                            topic.line(),
                            "schema-file",
                            "the topic's major version must have a schema " + file + " but had none");
            return null;
        }
        return SchemaReader.read(root.resolve(file), name, files.report(file));
    }

    /** A schema that no contract names is a product that somebody forgot. */
    private void checkSchemaFiles() {
        for (Path folder : files.list(Path.of("schemas"))) {
            if (!files.isFolder(folder) || RepositoryFiles.name(folder).equals("target")) {
                continue;
            }
            for (Path file : files.files(folder, Set.of(".avsc"))) {
                String[] parts = RepositoryFiles.stem(file, ".avsc").split("\\.", -1);
                if (parts.length != 2 || !Names.isPart(parts[0]) || !parts[1].matches("v[1-9][0-9]{0,3}")) {
                    files.report(file)
                            .add(
                                    1,
                                    "name",
                                    "a schema must be named <product>.v<major>.avsc but was '"
                                            + Scalar.printable(RepositoryFiles.name(file)) + "'");
                } else if (!Names.isPart(RepositoryFiles.name(folder))
                        || !productFiles.contains(new ProductName(RepositoryFiles.name(folder), parts[0]))) {
                    files.report(file).add(1, "schema-file", "a schema must have a contract but had none");
                }
            }
        }
    }

    /** Every captured product has its source, a table is captured once, and slots are told apart. */
    private void checkSources() {
        Map<String, ProductName> owners = new HashMap<>();
        for (ContractDraft draft : drafts.values()) {
            Scalar name = draft.scalar("source", "name");
            Scalar table = draft.scalar("source", "table");
            if (name == null || table == null) {
                continue;
            }
            String source = draft.name().domain() + "." + name.text();
            if (!sourceFiles.contains(source)) {
                draft.report()
                        .must(
                                name,
                                "source",
                                "customProperties.source.name",
                                "name a file in domains/" + draft.name().domain() + "/sources");
            }
            ProductName other = owners.putIfAbsent(source + " " + table.text(), draft.name());
            if (other != null) {
                draft.report()
                        .must(
                                table,
                                "source",
                                "customProperties.source.table",
                                "be captured once, and is by " + other + ",");
            }
        }
        Map<String, Source> slots = new HashMap<>();
        for (Source source : sources.values()) {
            Source other = slots.putIfAbsent(source.slot(), source);
            if (other != null || source.slot().length() > MAX_SLOT_LENGTH) {
                files.report(source.file())
                        .add(
                                1,
                                "name",
                                "the slot's name must be unique and at most " + MAX_SLOT_LENGTH
                                        + " characters long but was '" + source.slot() + "'");
            }
        }
    }

    private @Nullable String reconcileSql(ContractDraft draft) {
        Scalar named = draft.scalar("reconcileSql");
        if (named == null || !Rules.SQL_FILE.fits(named)) {
            return null;
        }
        Path file = draft.report().file().resolveSibling(named.text());
        try {
            String sql = TextFile.read(root.resolve(file), MAX_SQL_BYTES);
            if (sql.isBlank()) {
                files.report(file).add(1, "reconcile-sql", "the file must hold a query but was empty");
            }
            return sql;
        } catch (Unreadable e) {
            draft.report()
                    .add(
                            named.line(),
                            "reconcile-sql",
                            "'customProperties.reconcileSql' must name a readable file, " + file + ", but: "
                                    + e.getMessage());
            return null;
        }
    }

    private static void checkName(Mapping map, String name, FileReport report) {
        if (map.at("name") instanceof Scalar given && !given.text().equals(name)) {
            report.must(given, "name", "name", "be '" + name + "', as the file's place says,");
        }
    }

    private static String text(Mapping map, String key) {
        return ((Scalar) java.util.Objects.requireNonNull(map.at(key))).text();
    }
}
