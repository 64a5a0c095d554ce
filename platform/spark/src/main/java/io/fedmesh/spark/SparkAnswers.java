package io.fedmesh.spark;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.spark.sql.SparkSession;

/**
 * Runs SELECTs on a Spark of this process and writes their rows. Arguments: a file of Spark's properties, a folder that
 * holds {@code <name>.sql}, each one SELECT. Every answer is written beside it as {@code <name>.json}, one object a line; a
 * query that fails, as {@code <name>.error} with the failure's text and those of its causes. Nothing listens but on loopback.
 */
public final class SparkAnswers {
    private SparkAnswers() {}

    /** The program. */
    public static void main(String[] arguments) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        SparkSession.Builder builder = SparkSession.builder()
                .master("local[1]")
                .appName("answers")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions");
        properties.stringPropertyNames().forEach(name -> builder.config(name, properties.getProperty(name)));
        List<Path> questions = new ArrayList<>();
        try (var files = Files.newDirectoryStream(Path.of(arguments[1]), "*.sql")) {
            files.forEach(questions::add);
        }
        questions.sort(null);
        try (SparkSession spark = builder.getOrCreate()) {
            for (Path question : questions) {
                answer(spark, question);
            }
        }
    }

    private static void answer(SparkSession spark, Path question) throws IOException {
        String file = question.toString();
        String name = file.substring(0, file.length() - ".sql".length());
        try {
            Files.write(
                    Path.of(name + ".json"),
                    spark.sql(Files.readString(question)).toJSON().collectAsList());
        } catch (Exception e) {
            StringBuilder text = new StringBuilder();
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                text.append(cause).append('\n');
            }
            Files.writeString(Path.of(name + ".error"), text);
        }
    }
}
