package io.fedmesh.wire.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

class HeaderBytesTest {
    private static final HeaderBytes.Name OP = HeaderBytes.Name.of("mesh_op");

    @Test
    void thisClientKeepsTheBytesWhereTheyAreLookedFor() {
        assertThat(HeaderBytes.isQuick()).isTrue();
    }

    @Test
    void aNameIsTheSameAsBytesAndAsText() {
        for (String name : new String[] {"mesh_op", "mesh_o", "mesh_opp", "", "méshop"}) {
            boolean isOp = name.equals("mesh_op");
            byte[] record = ("<" + name + ">").getBytes(StandardCharsets.UTF_8);
            Header asRead = new RecordHeader(
                    ByteBuffer.wrap(record, 1, record.length - 2).slice(), ByteBuffer.allocate(1));
            Header asMade = new RecordHeader(name, new byte[1]);

            assertThat(HeaderBytes.isOf(asRead, OP)).isEqualTo(isOp);
            assertThat(HeaderBytes.isOf(asMade, OP)).isEqualTo(isOp);
            assertThat(asRead.key()).isEqualTo(name);
            assertThat(HeaderBytes.isOf(asRead, OP)).isEqualTo(isOp);
        }
    }

    @Test
    void aValueIsTheSameWhereItLiesAndAsAnArray() {
        byte[] record = "<value>".getBytes(StandardCharsets.UTF_8);
        Header asRead = new RecordHeader(
                ByteBuffer.wrap(new byte[] {'k'}), ByteBuffer.wrap(record, 1, 5).slice());

        ByteBuffer before = Objects.requireNonNull(HeaderBytes.value(asRead));
        assertThat(before).isEqualTo(ByteBuffer.wrap("value".getBytes(StandardCharsets.UTF_8)));
        assertThat(before.array()).isSameAs(record);
        assertThat(asRead.value()).isEqualTo("value".getBytes(StandardCharsets.UTF_8));
        assertThat(HeaderBytes.value(asRead)).isEqualTo(before);
    }

    @Test
    void aValueThatIsNullOrLiesInNoArrayIsAskedFor() {
        Header asNull = new RecordHeader(ByteBuffer.wrap(new byte[] {'k'}), null);
        Header offHeap = new RecordHeader(
                ByteBuffer.wrap(new byte[] {'k'}),
                ByteBuffer.allocateDirect(1).put((byte) 7).flip());

        assertThat(HeaderBytes.value(asNull)).isNull();
        assertThat(HeaderBytes.value(new RecordHeader("k", null))).isNull();
        assertThat(HeaderBytes.value(offHeap)).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
    }
}
