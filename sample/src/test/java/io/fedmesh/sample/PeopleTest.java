package io.fedmesh.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.fedmesh.contract.Contracts;
import io.fedmesh.govern.agreement.Directory;
import io.fedmesh.govern.agreement.PeopleFile;
import io.fedmesh.govern.agreement.Role;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The people of this repository: somebody for every part of the story. */
class PeopleTest {
    private static final Path ROOT = Path.of(System.getProperty("fedmesh.root"));

    @Test
    void everyRoleHasItsPerson() throws Exception {
        Directory directory = PeopleFile.load(ROOT, Contracts.load(ROOT));

        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String subject : directory.people().keySet()) {
            directory.domains().keySet().forEach(domain -> roles.addAll(directory.roles(subject, domain)));
        }
        assertThat(roles).containsExactlyInAnyOrder(Role.values());
        assertThat(directory.domains().values())
                .allSatisfy(domain -> assertThat(domain.stewards())
                        .as("confidential data of %s needs two who approve", domain.name())
                        .hasSizeGreaterThanOrEqualTo(2));
    }

    @Test
    void somebodyAsksWhoIsOfNoDomain() throws Exception {
        Directory directory = PeopleFile.load(ROOT, Contracts.load(ROOT));

        assertThat(directory.people().values()).anySatisfy(person -> {
            assertThat(person.roles()).containsExactly(Role.CONSUMER);
            assertThat(person.teams()).isEmpty();
        });
    }
}
