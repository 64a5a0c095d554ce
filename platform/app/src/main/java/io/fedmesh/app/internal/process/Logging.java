package io.fedmesh.app.internal.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.List;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.LoggerFactory;

/** Log lines go to standard error: JSON with fixed keys for a process, plain text for a command. */
public final class Logging {
    /** Loggers of libraries whose warnings say that something works as it is meant to. */
    private static final List<String> NOISY = List.of(
            // A topic was made a moment ago, a broker restarts: the client goes on by itself.
            "org.apache.kafka.clients.NetworkClient",
            // A consumer looked at the ends of a partition and was given another.
            "org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils",
            // A batch overtook the start of its transaction and is sent again; what cannot be sent is thrown.
            "org.apache.kafka.clients.producer.internals.Sender",
            // A property that only a later version needs.
            "org.apache.kafka.streams.StreamsConfig");

    private Logging() {}

    /** A command prints answers, not logs: only what fails, everything of ours with {@code --verbose}. */
    public static void forCommand(boolean verbose) {
        LoggerContext context = context();
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setContext(context);
        lines.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{20} - %msg %kvp%n");
        lines.start();
        configure(context, lines, verbose ? Level.WARN : Level.OFF, verbose ? Level.DEBUG : Level.ERROR);
    }

    /** A process: one JSON object a line. */
    public static void forProcess() {
        LoggerContext context = context();
        LogstashEncoder json = new LogstashEncoder();
        json.setContext(context);
        json.setTimeZone("UTC");
        json.start();
        configure(context, json, Level.WARN, Level.INFO);
    }

    private static LoggerContext context() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        java.util.logging.Logger.getLogger("").setLevel(java.util.logging.Level.SEVERE);
        return context;
    }

    private static void configure(LoggerContext context, Encoder<ILoggingEvent> encoder, Level others, Level ours) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(others);
        if (!others.equals(Level.OFF)) {
            NOISY.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
        }
        context.getLogger("io.fedmesh").setLevel(ours);
    }
}
