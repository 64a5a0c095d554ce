package io.fedmesh.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fedmesh.lake.TableRefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Map;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.jdbc.JdbcClientPool;
import org.junit.jupiter.api.Test;

class TravellingFileIOTest {
    /** Every file holds its own name. */
    private static final class NamedFiles implements FileIO {
        private static final long serialVersionUID = 1L;

        @Override
        public InputFile newInputFile(String path) {
            return new InMemoryInputFile(path, path.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        @Override
        public OutputFile newOutputFile(String path) {
            throw new AssertionError("must not be asked");
        }

        @Override
        public void deleteFile(String path) {
            throw new AssertionError("must not be asked");
        }

        @Override
        public Map<String, String> properties() {
            return Map.of("region", "here");
        }
    }

    @Test
    void aWorkerReadsDataAndNeitherMetadataNorWrites() throws Exception {
        FileIO there;
        try (JdbcClientPool none = new JdbcClientPool("jdbc:none:", Map.of());
                MetadataGuard guard = new MetadataGuard(none)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(new GuardedFileIO(new NamedFiles(), guard));
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                there = (FileIO) in.readObject();
            }
        }

        assertThat(there.newInputFile("s3://b/data.parquet").getLength()).isEqualTo(19);
        assertThat(there.newInputFile("s3://b/data.parquet", 19).getLength()).isEqualTo(19);
        assertThat(there.properties()).containsEntry("region", "here");
        assertThatThrownBy(() -> there.newInputFile("s3://b/1.metadata.json"))
                .isInstanceOf(TableRefusedException.class)
                .hasMessage("[s3://b/1.metadata.json] must be read where the catalog's guard is but was not");
        assertThatThrownBy(() -> there.newOutputFile("s3://b/data.parquet")).isInstanceOf(TableRefusedException.class);
        assertThatThrownBy(() -> there.deleteFile("s3://b/data.parquet")).isInstanceOf(TableRefusedException.class);
    }
}
