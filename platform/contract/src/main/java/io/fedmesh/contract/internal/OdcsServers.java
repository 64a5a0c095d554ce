package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.integer;
import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.oneOf;
import static io.fedmesh.contract.internal.Shape.text;

import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Shape.Obj;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The part of the Open Data Contract Standard 3.1 that says where data is served. */
final class OdcsServers {
    /** A line a kind of server: its name, then its keys; one with {@code !} must be given. */
    private static final String KINDS = """
            api location!
            athena stagingDir! schema! catalog regionName
            azure location! format! delimiter
            bigquery project! dataset!
            clickhouse host! port! database!
            cloudsql host! port! database! schema!
            custom account catalog database dataset delimiter endpointUrl format host location path port project \
            region regionName schema serviceName stagingDir warehouse stream
            databricks catalog! schema! host
            db2 host! port! database! schema
            denodo host! port! database
            dremio host! port! schema
            duckdb database! schema
            glue account! database! location format
            hive host! database! port
            impala host! database! port
            informix host! database! port
            kafka host! format
            kinesis region format
            local path! format!
            mysql host! port! database!
            oracle host! port! serviceName!
            postgres host! port! database! schema!
            postgresql host! port! database! schema!
            presto host! catalog schema
            pubsub project!
            redshift database! schema! host region account
            s3 location! endpointUrl format delimiter
            sftp location! format delimiter
            snowflake account! database! schema! host port warehouse
            sqlserver host! database! schema! port
            synapse host! port! database!
            trino host! port! catalog! schema!
            vertica host! port! database! schema!
            zen host! database! port
            """;

    private static final Map<String, Obj> BY_KIND = byKind();

    static final Shape SERVER = object().must("server", text())
            .must("type", oneOf(BY_KIND.keySet()))
            .may("id", OdcsParts.ID)
            .may(text(), "description", "environment")
            .may("roles", list(OdcsParts.ROLE))
            .may("customProperties", OdcsParts.CUSTOM)
            .when(OdcsServers::ofKind);

    private OdcsServers() {}

    private static List<Obj> ofKind(Mapping server) {
        return server.at("type") instanceof Scalar kind && BY_KIND.containsKey(kind.text())
                ? List.of(BY_KIND.get(kind.text()))
                : List.of();
    }

    private static Map<String, Obj> byKind() {
        Map<String, Obj> kinds = new LinkedHashMap<>();
        KINDS.lines().forEach(line -> {
            List<String> words = List.of(line.split(" ", -1));
            Obj keys = object();
            for (String word : words.subList(1, words.size())) {
                String key = word.replace("!", "");
                Shape shape = key.equals("port") ? integer() : text();
                if (word.equals(key)) {
                    keys.may(key, shape);
                } else {
                    keys.must(key, shape);
                }
            }
            kinds.put(words.get(0), keys);
        });
        return kinds;
    }
}
