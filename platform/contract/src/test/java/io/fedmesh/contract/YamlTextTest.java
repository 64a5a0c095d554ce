package io.fedmesh.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class YamlTextTest {
    private static final String TEXT = """
            # people
            people:
              - subject: u-1
                aliases: [a,
                  b]
              -
                subject: u-2
            more: {deep: {deeper: 1}}
            """;

    @Test
    void everyPartHasItsLine() throws Exception {
        YamlText.Located located = YamlText.locate(Path.of("f.yaml"), TEXT);

        assertThat(located.map()).isEqualTo(YamlText.parse(Path.of("f.yaml"), TEXT));
        assertThat(located.line("people")).isEqualTo(2);
        assertThat(located.line("people[0]")).isEqualTo(3);
        assertThat(located.line("people[0].aliases")).isEqualTo(4);
        assertThat(located.line("people[0].aliases[1]")).isEqualTo(5);
        assertThat(located.line("people[1].subject")).isEqualTo(7);
        assertThat(located.line("more.deep.deeper")).isEqualTo(8);
    }

    @Test
    void whatIsNotThereHasTheLineOfWhatIsAroundIt() throws Exception {
        YamlText.Located located = YamlText.locate(Path.of("f.yaml"), TEXT);

        assertThat(located.line("people[0].roles[3].name")).isEqualTo(3);
        assertThat(located.line("people[7]")).isEqualTo(2);
        assertThat(located.line("nothing.at.all")).isEqualTo(1);
        assertThat(located.line("")).isEqualTo(1);
    }
}
