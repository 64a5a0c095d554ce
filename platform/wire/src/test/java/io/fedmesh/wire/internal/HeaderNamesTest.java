package io.fedmesh.wire.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

class HeaderNamesTest {
    private static final HeaderNames.Name OP = HeaderNames.Name.of("mesh_op");

    @Test
    void thisClientKeepsTheBytesWhereTheyAreLookedFor() {
        assertThat(HeaderNames.isQuick()).isTrue();
    }

    @Test
    void aNameIsTheSameAsBytesAndAsText() {
        for (String name : new String[] {"mesh_op", "mesh_o", "mesh_opp", "", "méshop"}) {
            boolean isOp = name.equals("mesh_op");
            byte[] record = ("<" + name + ">").getBytes(StandardCharsets.UTF_8);
            Header asRead = new RecordHeader(
                    ByteBuffer.wrap(record, 1, record.length - 2).slice(), ByteBuffer.allocate(1));
            Header asMade = new RecordHeader(name, new byte[1]);

            assertThat(HeaderNames.isOf(asRead, OP)).isEqualTo(isOp);
            assertThat(HeaderNames.isOf(asMade, OP)).isEqualTo(isOp);
            assertThat(asRead.key()).isEqualTo(name);
            assertThat(HeaderNames.isOf(asRead, OP)).isEqualTo(isOp);
        }
    }
}
