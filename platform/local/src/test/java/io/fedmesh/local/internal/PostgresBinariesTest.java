package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostgresBinariesTest {
    @Test
    void archivesAreKnownForLinuxAndMacOnBothMachines() {
        assertThat(PostgresBinaries.archive("Linux", "amd64")).contains("postgres-linux-x86_64.txz");
        assertThat(PostgresBinaries.archive("Linux", "aarch64")).contains("postgres-linux-arm_64.txz");
        assertThat(PostgresBinaries.archive("Mac OS X", "x86_64")).contains("postgres-darwin-x86_64.txz");
        assertThat(PostgresBinaries.archive("Mac OS X", "aarch64")).contains("postgres-darwin-arm_64.txz");
    }

    @Test
    void otherMachinesHaveNone() {
        assertThat(PostgresBinaries.archive("Windows 11", "amd64")).isEmpty();
        assertThat(PostgresBinaries.archive("Linux", "riscv64")).isEmpty();
    }

    @Test
    void theBuildPutsThisMachinesArchiveOnTheClassPath() {
        assertThat(PostgresBinaries.present(System.getProperty("os.name"), System.getProperty("os.arch")))
                .isTrue();
    }
}
