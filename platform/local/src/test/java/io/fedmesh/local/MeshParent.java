package io.fedmesh.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import software.amazon.awssdk.core.sync.RequestBody;

/** A process that starts a mesh, puts something into every part, tells the parts' process ids, and waits to be killed. */
final class MeshParent {
    private MeshParent() {}

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        LocalMesh mesh = LocalMesh.start(home, LocalMesh.Progress.SILENT);
        mesh.postgres().createDatabase("depot");
        try (Connection connection = mesh.postgres().connect("depot")) {
            connection
                    .createStatement()
                    .execute("create table crate (id int primary key); insert into crate values (42)");
        }
        mesh.kafka().addPrincipal("depot.cdc");
        Map<String, Object> properties =
                new HashMap<>(mesh.kafka().security(mesh.kafka().operator()));
        properties.put("bootstrap.servers", mesh.kafka().bootstrap());
        try (Admin admin = Admin.create(properties)) {
            admin.createTopics(List.of(new NewTopic("crates", 1, (short) 1)))
                    .all()
                    .get();
        }
        try (var client = S3Clients.of(mesh.s3(), mesh.s3().secretKey())) {
            client.putObject(r -> r.bucket(mesh.s3().bucket()).key("crate"), RequestBody.fromString("42"));
        }
        RegistryCalls.register(mesh.registry().url(), "crate-value");
        StringBuilder pids = new StringBuilder();
        mesh.status().forEach(status -> pids.append(status.pid()).append('\n'));
        Files.writeString(Path.of(arguments[1] + ".new"), pids);
        Files.move(Path.of(arguments[1] + ".new"), Path.of(arguments[1]));
        new java.util.concurrent.CountDownLatch(1).await();
    }
}
