package io.fedmesh.bench.internal.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMeterTest {
    @TempDir
    Path proc;

    @Test
    void processorTimeIsUserAndSystemTimeWhateverTheProgramIsCalled() throws IOException {
        Path folder = Files.createDirectories(proc.resolve("7"));
        Files.writeString(
                folder.resolve("stat"),
                "7 (a ) name) S 1 7 7 0 -1 4194304 99 0 0 0 1234 66 5 5 20 0 30 0 100 0 0 184467440737 0\n");
        assertThat(ProcessMeter.of(proc, 7).cpuSeconds()).isEqualTo(13.0);
    }

    @Test
    void peakMemoryIsTheHighWaterMark() throws IOException {
        Path folder = Files.createDirectories(proc.resolve("7"));
        Files.writeString(folder.resolve("stat"), "");
        Files.writeString(
                folder.resolve("status"), "Name:\tjava\nVmPeak:\t 9000 kB\nVmHWM:\t 1000 kB\nVmRSS:\t 1 kB\n");
        assertThat(ProcessMeter.of(proc, 7).peakRssMb()).isEqualTo(1.024);
    }

    @Test
    void aProcessThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> ProcessMeter.of(proc, 8)).hasMessageStartingWith("[bench] " + proc.resolve("8/stat"));
    }
}
