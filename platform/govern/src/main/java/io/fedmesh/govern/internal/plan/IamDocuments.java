package io.fedmesh.govern.internal.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.govern.IamPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** IAM statements as JSON documents, each within IAM's bound. */
public final class IamDocuments {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What may share a statement. */
    private record Kind(List<String> actions, @Nullable Instant until) {}

    private record Piece(Kind kind, String resource) {
        static Piece of(IamStatements.Statement statement, @Nullable Instant until) {
            return new Piece(new Kind(statement.actions(), until), statement.resource());
        }
    }

    private IamDocuments() {}

    /** The policies of one principal; resources with the same actions and the same end share a statement. */
    public static List<IamPolicy> of(String principal, List<IamPolicy.Lasting> grants, IamPolicy.Cluster cluster) {
        List<IamPolicy> policies = new ArrayList<>();
        Map<Kind, List<String>> gathered = new LinkedHashMap<>();
        List<Piece> all = new ArrayList<>();
        all.add(Piece.of(
                IamStatements.connect(
                        grants.stream().map(IamPolicy.Lasting::grant).toList(), cluster),
                null));
        grants.forEach(lasting -> all.add(Piece.of(IamStatements.of(lasting.grant(), cluster), lasting.until())));
        String document = "";
        for (Piece piece : all) {
            gather(gathered, piece);
            String longer = json(gathered);
            if (longer.length() > IamPolicy.MAX_DOCUMENT_CHARS) {
                policies.add(new IamPolicy(principal, policies.size() + 1, document));
                gathered.clear();
                gather(gathered, piece);
                longer = json(gathered);
            }
            document = longer;
        }
        policies.add(new IamPolicy(principal, policies.size() + 1, document));
        return policies;
    }

    private static void gather(Map<Kind, List<String>> gathered, Piece piece) {
        gathered.computeIfAbsent(piece.kind(), k -> new ArrayList<>()).add(piece.resource());
    }

    private static String json(Map<Kind, List<String>> gathered) {
        List<Map<String, Object>> statements = new ArrayList<>();
        gathered.forEach((kind, resources) -> {
            Map<String, Object> statement = new LinkedHashMap<>();
            statement.put("Effect", "Allow");
            statement.put("Action", kind.actions());
            statement.put("Resource", resources);
            if (kind.until() != null) {
                statement.put(
                        "Condition",
                        Map.of(
                                "DateLessThan",
                                Map.of("aws:CurrentTime", kind.until().toString())));
            }
            statements.add(statement);
        });
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Version", "2012-10-17");
        document.put("Statement", statements);
        try {
            return JSON.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
