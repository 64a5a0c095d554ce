package io.fedmesh.local.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ListenersTest {
    @Test
    void listeningSocketsAreReadFromTheKernelsTable() {
        List<Listeners.Listener> listeners = Listeners.parse("""
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0
                   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0
                   2: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0
                """.lines().toList());

        assertThat(listeners)
                .containsExactly(
                        new Listeners.Listener("0100007F", 8080, 4711), new Listeners.Listener("00000000", 80, 4712));
        assertThat(listeners).extracting(Listeners.Listener::isLoopback).containsExactly(true, false);
    }

    @Test
    void loopbackInVersionSixAndMappedIsLoopback() {
        assertThat(new Listeners.Listener("00000000000000000000000001000000", 1, 1).isLoopback())
                .isTrue();
        assertThat(new Listeners.Listener("0000000000000000FFFF00000100007F", 1, 1).isLoopback())
                .isTrue();
        assertThat(new Listeners.Listener("00000000000000000000000000000000", 1, 1).isLoopback())
                .isFalse();
    }

    @Test
    void anEmptyTableHasNoListener() {
        assertThat(Listeners.parse(List.of())).isEmpty();
    }
}
