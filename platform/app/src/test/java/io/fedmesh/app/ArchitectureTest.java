package io.fedmesh.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows between the rooms of the house; each rule's message names the way out. */
class ArchitectureTest {
    /** What each module may use of ours; everything else fails. */
    private static final Map<String, List<String>> ARROWS = new LinkedHashMap<>();

    static {
        ARROWS.put("contract", List.of());
        ARROWS.put("wire", List.of("contract"));
        ARROWS.put("cdc", List.of("contract", "wire"));
        ARROWS.put("stream", List.of("contract", "wire"));
        ARROWS.put("lake", List.of("contract", "wire"));
        ARROWS.put("govern", List.of("contract", "wire"));
        ARROWS.put("access", List.of("contract", "wire", "govern", "lake"));
        ARROWS.put("local", List.of("contract"));
    }

    /** Which modules hold a dependency back: its own, and those whose business is the same engine. */
    private static final Map<String, List<String>> HEAVY = Map.ofEntries(
            Map.entry("dev.cel..", List.of("contract")),
            Map.entry("io.debezium..", List.of("cdc")),
            Map.entry("org.apache.kafka.streams..", List.of("stream", "testkit")),
            Map.entry("org.rocksdb..", List.of("lake", "stream")),
            Map.entry("software.amazon.awssdk..", List.of("lake")),
            Map.entry("com.nimbusds..", List.of("govern")),
            Map.entry("org.duckdb..", List.of("access")),
            Map.entry("kafka.server..", List.of("local")),
            Map.entry("org.bouncycastle..", List.of("local")),
            Map.entry("org.testcontainers..", List.of("testkit")),
            Map.entry("picocli..", List.of("app")));

    private static JavaClasses ours;

    @BeforeAll
    static void read() {
        ours = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.fedmesh");
    }

    @TestFactory
    List<DynamicTest> aModuleUsesOnlyTheModulesThatItsArrowsName() {
        List<DynamicTest> tests = new ArrayList<>();
        ARROWS.forEach((module, allowed) -> tests.add(DynamicTest.dynamicTest(module, () -> {
            List<String> packages = new ArrayList<>(List.of("io.fedmesh." + module + ".."));
            allowed.forEach(other -> packages.add("io.fedmesh." + other + ".."));
            noClasses()
                    .that()
                    .resideInAPackage("io.fedmesh." + module + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("io.fedmesh..")
                            .and(not(resideInAnyPackage(packages.toArray(new String[0])))))
                    .because(module + " may use " + (allowed.isEmpty() ? "no other module" : String.join(", ", allowed))
                            + "; wire the two together in app, or hand the value down by constructor")
                    .check(ours);
        })));
        return tests;
    }

    @TestFactory
    List<DynamicTest> aHeavyDependencyStaysInItsModule() {
        List<DynamicTest> tests = new ArrayList<>();
        HEAVY.forEach((dependency, modules) -> tests.add(DynamicTest.dynamicTest(
                dependency,
                () -> noClasses()
                        .that()
                        .resideInAPackage("io.fedmesh..")
                        .and()
                        .resideOutsideOfPackages(modules.stream()
                                .map(module -> "io.fedmesh." + module + "..")
                                .toArray(String[]::new))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(dependency)
                        .because("the module " + modules.get(0) + " exists to hold " + dependency
                                + " back; give it a method that says what you need in our own words")
                        .check(ours))));
        return tests;
    }

    @Test
    void internalsOfAModuleAreItsOwn() {
        ARROWS.keySet()
                .forEach(module -> noClasses()
                        .that()
                        .resideOutsideOfPackages("io.fedmesh." + module + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("io.fedmesh." + module + ".internal..")
                        .because("a module is used through the public types of io.fedmesh." + module
                                + "; add a method there")
                        .check(ours));
    }

    @Test
    void nobodyReadsTheEnvironmentTheClockOrRandomnessOutsideApp() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.fedmesh.contract..",
                        "io.fedmesh.wire..",
                        "io.fedmesh.cdc..",
                        "io.fedmesh.stream..",
                        "io.fedmesh.lake..",
                        "io.fedmesh.govern..",
                        "io.fedmesh.access..")
                .should()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callConstructor(java.util.Random.class)
                .because("environment, clock and randomness are read in app and handed down by constructor")
                .check(ours);
    }

    @Test
    void nobodyPrintsOutsideTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.fedmesh.app..", "io.fedmesh.local..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("only the command line talks to people; log with slf4j or return the text")
                .check(ours);
    }

    @Test
    void nothingIsReadByJavaDeserialisation() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .because("bytes from outside must never choose classes; use Avro or JSON")
                .check(ours);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .that()
                .resideInAPackage("io.fedmesh..")
                .should(new com.tngtech.archunit.lang.ArchCondition<>("reside in a package that is @NullMarked") {
                    @Override
                    public void check(
                            com.tngtech.archunit.core.domain.JavaClass type,
                            com.tngtech.archunit.lang.ConditionEvents events) {
                        boolean marked = type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked");
                        events.add(new com.tngtech.archunit.lang.SimpleConditionEvent(
                                type, marked, type.getPackageName() + " has no package-info.java with @NullMarked"));
                    }
                })
                .because("NullAway checks only packages that are @NullMarked")
                .check(ours);
    }

    @Test
    void thePlatformKnowsNoDomainByName() throws IOException {
        Path root = Path.of(System.getProperty("fedmesh.root"));
        List<String> names;
        try (Stream<Path> domains = Files.list(root.resolve("domains"))) {
            names = domains.filter(Files::isDirectory)
                    .map(d -> d.getFileName().toString())
                    .toList();
        }
        assertThat(names).as("domains of the repository").isNotEmpty();
        Pattern named = Pattern.compile("\\b(" + String.join("|", names) + ")\\b");
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root.resolve("platform"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String path = root.relativize(file).toString().replace('\\', '/');
                if (path.contains("/target/")
                        || path.contains("/src/test/")
                        || !path.matches(".*\\.(java|xml|ya?ml|properties|sql|md)")) {
                    continue;
                }
                List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
                for (int i = 0; i < lines.size(); i++) {
                    if (named.matcher(lines.get(i)).find()) {
                        found.add(path + ":" + (i + 1));
                    }
                }
            }
        }
        assertThat(found)
                .as("a stranger's database must work as well: read the name from the contracts instead")
                .isEmpty();
    }
}
