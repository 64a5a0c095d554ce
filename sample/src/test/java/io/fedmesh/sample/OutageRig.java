package io.fedmesh.sample;

import io.fedmesh.app.internal.process.Component;
import io.fedmesh.app.internal.process.Components;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/** A mesh whose captures and topologies run in one process and whose sink runs in another, and what may go wrong with it. */
final class OutageRig implements AutoCloseable {
    static final String WRONG = "a-wrong-secret";

    final Path folder;
    final BareMesh mesh;
    HostedProcess sources;
    HostedProcess sink;
    private final @Nullable SmallDisk bucket;
    private final @Nullable TestAbortedException noBucket;

    OutageRig(Path folder) throws Exception {
        this.folder = folder;
        SmallDisk mounted = null;
        TestAbortedException refused = null;
        try {
            mounted = SmallDisk.mount(folder.resolve("mesh").resolve("s3").resolve("data"), 128);
        } catch (TestAbortedException e) {
            refused = e;
        }
        bucket = mounted;
        noBucket = refused;
        mesh = BareMesh.start(folder.resolve("mesh"));
        sources = startSources();
        sink = startSink();
    }

    /** The disk under the bucket; where there can be none, the test is skipped. */
    SmallDisk bucket() {
        if (bucket == null) {
            throw Objects.requireNonNull(noBucket);
        }
        return bucket;
    }

    HostedProcess startSources() throws Exception {
        sources = mesh.run(mesh.config(), OutageRig::sources);
        return sources;
    }

    HostedProcess startSink() throws Exception {
        return startSink(mesh.config());
    }

    HostedProcess startSink(Path config) throws Exception {
        sink = mesh.run(config, components -> List.of(components.sink()));
        return sink;
    }

    private static List<Component> sources(Components components) {
        List<Component> all = new ArrayList<>(components.captures(List.of()));
        all.addAll(components.streams(List.of("financials", "portfolio")));
        return all;
    }

    /** The configuration with a wrong password for a principal of the brokers. */
    Path withWrongPassword(String principal) throws Exception {
        return mesh.config(
                "secret-kafka-" + principal,
                mesh.secret(
                        "secret-wrong-kafka",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + principal
                                + "\" password=\"" + WRONG + "\";"));
    }

    /** Takes a right from a principal: what to give back. */
    Collection<AclBinding> take(String principal, AclOperation operation, PatternType pattern, String topic)
            throws Exception {
        try (Admin operator = mesh.operator()) {
            Collection<AclBinding> taken = operator.deleteAcls(List.of(new AclBindingFilter(
                            new ResourcePatternFilter(ResourceType.TOPIC, topic, pattern),
                            new AccessControlEntryFilter(
                                    "User:" + principal, null, operation, AclPermissionType.ALLOW))))
                    .all()
                    .get();
            if (taken.size() != 1) {
                throw new AssertionError("one right must be taken but was " + taken);
            }
            return taken;
        }
    }

    void giveBack(Collection<AclBinding> rights) throws Exception {
        try (Admin operator = mesh.operator()) {
            operator.createAcls(rights).all().get();
        }
    }

    /** One or more products, each with its cause. */
    static Pattern held(String cause) {
        String one = "[a-z-]+\\.[a-z-]+(, [a-z-]+\\.[a-z-]+)*: " + cause;
        return Pattern.compile(one + "(; " + one + ")*");
    }

    @Override
    public void close() throws Exception {
        sink.close();
        sources.close();
        mesh.close();
        if (bucket != null) {
            bucket.close();
        }
    }
}
