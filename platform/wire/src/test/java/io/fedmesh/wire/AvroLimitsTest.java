package io.fedmesh.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroLimitsTest {
    @Test
    void theLimitsThatTheBuildSetsAreAccepted() {
        assertThatCode(AvroLimits::demand).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "67108865", "many"})
    void anotherLimitIsRefused(String value) {
        String property = AvroLimits.PROPERTIES.get(1);
        String before = System.setProperty(property, value);
        try {
            assertThatThrownBy(AvroLimits::demand)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("[wire] the JVM must be started with -Dorg.apache.avro.limits.string.maxLength of 1 to"
                            + " 67108864 but it was '" + value + "'");
        } finally {
            System.setProperty(property, before);
        }
    }
}
