package io.fedmesh.sample;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;

/** What a domain's code may see. */
class DomainArchitectureTest {
    private static final JavaClasses DOMAINS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.fedmesh.domains");

    /** Code of a domain, without the classes that Avro generates from schemas/, which all domains share. */
    private static final class ByDomain implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            boolean generated = type.isAssignableTo(SpecificRecordBase.class)
                    || type.getName().contains("$")
                    || type.isAnnotatedWith("org.apache.avro.specific.AvroGenerated");
            String[] parts = type.getPackageName().split("\\.", -1);
            boolean ofADomain = type.getPackageName().startsWith("io.fedmesh.domains.");
            return generated || !ofADomain ? SliceIdentifier.ignore() : SliceIdentifier.of(parts[3]);
        }

        @Override
        public String getDescription() {
            return "domains";
        }
    }

    @Test
    void twoDomainsNeverSeeEachOthersCode() {
        slices().assignedFrom(new ByDomain())
                .should()
                .notDependOnEachOther()
                .because("two domains share only schemas/; read the other domain's topic")
                .check(DOMAINS);
    }

    @Test
    void aDomainUsesOnlyStreamContractAndSchemasOfThePlatform() {
        Set<String> forbidden = Set.of("cdc", "lake", "govern", "access", "local", "app", "testkit");
        forbidden.forEach(module -> noClasses()
                .that()
                .resideInAPackage("io.fedmesh.domains..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fedmesh." + module + "..")
                .because("a domain's code is plain Kafka Streams over the typed topics of stream; what " + module
                        + " does follows from the contract")
                .check(DOMAINS));
    }
}
