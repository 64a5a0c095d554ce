package io.fedmesh.govern.internal.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.govern.Grant;
import io.fedmesh.govern.IamPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** IAM statements as JSON documents, each within IAM's bound. */
public final class IamDocuments {
    private static final ObjectMapper JSON = new ObjectMapper();

    private IamDocuments() {}

    /** The policies of one principal; resources with the same actions share a statement. */
    public static List<IamPolicy> of(String principal, List<Grant> grants, IamPolicy.Cluster cluster) {
        List<IamPolicy> policies = new ArrayList<>();
        Map<List<String>, List<String>> gathered = new LinkedHashMap<>();
        List<IamStatements.Statement> all = new ArrayList<>();
        all.add(IamStatements.connect(grants, cluster));
        grants.forEach(grant -> all.add(IamStatements.of(grant, cluster)));
        String document = "";
        for (IamStatements.Statement statement : all) {
            gather(gathered, statement);
            String longer = json(gathered);
            if (longer.length() > IamPolicy.MAX_DOCUMENT_CHARS) {
                policies.add(new IamPolicy(principal, policies.size() + 1, document));
                gathered.clear();
                gather(gathered, statement);
                longer = json(gathered);
            }
            document = longer;
        }
        policies.add(new IamPolicy(principal, policies.size() + 1, document));
        return policies;
    }

    private static void gather(Map<List<String>, List<String>> gathered, IamStatements.Statement statement) {
        gathered.computeIfAbsent(statement.actions(), k -> new ArrayList<>()).add(statement.resource());
    }

    private static String json(Map<List<String>, List<String>> gathered) {
        List<Map<String, Object>> statements = new ArrayList<>();
        gathered.forEach((actions, resources) -> {
            Map<String, Object> statement = new LinkedHashMap<>();
            statement.put("Effect", "Allow");
            statement.put("Action", actions);
            statement.put("Resource", resources);
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
