package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class HadoopDefaultsTest {
    private static final String DEFAULT = "io.file.buffer.size";

    @Test
    void aConfigurationThatIsMadeHereHasNoneOfThemAndAnyOtherHas() {
        Configuration without = HadoopDefaults.unread(Configuration::new);

        assertThat(without.get(DEFAULT)).isNull();
        assertThat(without.getClassByNameOrNull(Configuration.class.getName())).isSameAs(Configuration.class);
        assertThat(new Configuration().get(DEFAULT)).isNotNull();
    }

    @Test
    void theThreadKeepsItsClassLoader() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();

        assertThatThrownBy(() -> HadoopDefaults.unread(() -> {
                    throw new IllegalStateException("no file");
                }))
                .hasMessage("no file");

        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }
}
