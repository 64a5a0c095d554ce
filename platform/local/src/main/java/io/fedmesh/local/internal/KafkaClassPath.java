package io.fedmesh.local.internal;

import java.util.List;

/** One class of every jar that the broker needs, and how it logs; its child sees no other jar of ours. */
public final class KafkaClassPath {
    /** One class a jar. */
    private static final List<String> CLASSES = List.of(
            KafkaMain.class.getName(),
            "kafka.server.KafkaConfig",
            "scala.Option",
            "scala.reflect.api.Annotations",
            "com.typesafe.scalalogging.Logger",
            "org.apache.kafka.clients.admin.Admin",
            "org.apache.kafka.coordinator.common.runtime.CoordinatorRuntime",
            "org.apache.kafka.coordinator.group.GroupCoordinator",
            "org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor",
            "org.apache.kafka.coordinator.share.ShareCoordinator",
            "org.apache.kafka.coordinator.transaction.generated.TransactionLogKey",
            "org.apache.kafka.image.MetadataImage",
            "org.apache.kafka.raft.KafkaRaftClient",
            "org.apache.kafka.security.authorizer.AclEntry",
            "org.apache.kafka.server.common.MetadataVersion",
            "org.apache.kafka.server.log.remote.storage.LogSegmentData",
            "org.apache.kafka.server.log.remote.storage.RemoteLogManagerConfig",
            "org.apache.kafka.tools.api.Decoder",
            "org.HdrHistogram.AbstractHistogram",
            "com.dynatrace.hash4j.hashing.Hashing",
            "com.fasterxml.jackson.annotation.JsonProperty",
            "com.fasterxml.jackson.core.JsonFactory",
            "com.fasterxml.jackson.databind.ObjectMapper",
            "com.fasterxml.jackson.datatype.jdk8.Jdk8Module",
            "com.github.benmanes.caffeine.cache.Caffeine",
            "com.github.luben.zstd.Zstd",
            "com.google.re2j.Pattern",
            "com.yammer.metrics.core.Clock",
            "joptsimple.OptionParser",
            "net.jpountz.lz4.LZ4Factory",
            "net.sourceforge.argparse4j.ArgumentParsers",
            "org.apache.commons.validator.routines.InetAddressValidator",
            "org.apache.logging.log4j.LogManager",
            "org.apache.logging.log4j.core.LoggerContext",
            "org.jose4j.jws.JsonWebSignature",
            "org.pcollections.HashPMap",
            "org.xerial.snappy.Snappy",
            "org.slf4j.Logger",
            "ch.qos.logback.classic.Logger",
            "ch.qos.logback.core.Appender");

    /** Warnings and the broker's milestones, on standard output. */
    public static final String LOGBACK = """
            <configuration>
              <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{ISO8601,UTC} %-5level %logger{0} %msg%n</pattern></encoder>
              </appender>
              <logger name="kafka.server.KafkaRaftServer" level="INFO"/>
              <logger name="org.apache.kafka.storage.internals.log.LogManager" level="INFO"/>
              <root level="WARN"><appender-ref ref="out"/></root>
            </configuration>
            """;

    private KafkaClassPath() {}

    /** Its jars, as this JVM finds them. */
    public static String path() {
        return ChildJvm.classPath(CLASSES);
    }
}
