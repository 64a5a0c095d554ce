package io.fedmesh.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.fedmesh.wire.BadRecordException.Reason;
import io.fedmesh.wire.internal.Answer;
import io.fedmesh.wire.internal.Lookups;
import io.fedmesh.wire.internal.RegistryHttp;
import io.fedmesh.wire.internal.RegistryHttp.Question;
import io.fedmesh.wire.internal.RegistryHttp.UnexpectedAnswerException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.avro.Schema;

/**
 * A {@link SubjectRegistry} over any server of Confluent's REST API: Confluent's own, or Apicurio's {@code /apis/ccompat/v7}.
 *
 * <p>Only a 404 that carries one of the API's own codes (40401, 40402, 40403, 40408) says that something is not there; every other
 * failure, a bare 404 of a proxy among them, is an outage. Answers are cached within bounds, negative ones briefly; several
 * threads that miss the same entry ask once. Thread-safe.
 *
 * <p>An id is bound to a subject by {@code GET /schemas/ids/{id}/versions?deleted=true}: a version that was soft-deleted
 * still stands behind records that were written with it. The binding is asked first, so that a foreign id never makes us
 * read a foreign schema.
 */
public final class ConfluentRegistry implements SubjectRegistry {
    private static final int MAX_ENTRIES = 4_096;
    private static final int MAX_SCHEMA_CHARS = 256 << 10;
    private static final String DELETED_TOO = "deleted=true";
    private static final Set<String> LEVELS = Set.of(
            "NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE");

    /** Waits between attempts; a test's does not. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration pause) throws InterruptedException;
    }

    private record SubjectSchema(String subject, Schema schema) {}

    private record SubjectId(String subject, Object id) {}

    /** A schema as the registry keeps it. */
    private record Registered(String type, String text) {}

    private final RegistryHttp http;
    private final Lookups<SubjectSchema, Integer> ids;
    private final Lookups<SubjectId, Schema> schemas;

    /**
     * A client; no connection is made yet.
     *
     * @param clock for the age of negative answers
     * @param random for jitter
     * @param sleeper waits between attempts
     */
    public ConfluentRegistry(RegistryConfig config, Clock clock, RandomGenerator random, Sleeper sleeper) {
        this.http = new RegistryHttp(config, random, sleeper);
        this.ids = new Lookups<>(MAX_ENTRIES, config.limits().negativeTtl(), clock);
        this.schemas = new Lookups<>(MAX_ENTRIES, config.limits().negativeTtl(), clock);
    }

    /** A client that really waits between attempts. */
    public static ConfluentRegistry open(RegistryConfig config, Clock clock, RandomGenerator random) {
        return new ConfluentRegistry(config, clock, random, pause -> Thread.sleep(pause.toMillis()));
    }

    @Override
    public int id(String subject, Schema schema) {
        return ids.find(new SubjectSchema(subject, schema), () -> {
            Answer<Integer> answer = lookup(subject, schema, "");
            if (answer instanceof Answer.Found<Integer> found) {
                return found.value();
            }
            throw new BadRecordException(
                    Reason.UNKNOWN_SCHEMA,
                    "the schema " + schema.getFullName() + " must be registered under " + subject + " but is not");
        });
    }

    @Override
    public int register(String subject, Schema schema) {
        Question question = new Question("POST", List.of("subjects", subject, "versions"), "", body(schema));
        int id = accepted(
                http.ask(question, ConfluentRegistry::readId),
                "the schema " + schema.getFullName() + " under " + subject);
        ids.put(new SubjectSchema(subject, schema), id);
        return id;
    }

    @Override
    public void compatibility(String subject, String level) {
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException(
                    "a compatibility level must be one of " + LEVELS + " but was '" + level + "'");
        }
        Question question = new Question("PUT", List.of("config", subject), "", Map.of("compatibility", level));
        accepted(http.ask(question, body -> true), "the compatibility level " + level + " for " + subject);
    }

    @Override
    public Schema schema(String subject, int id) {
        if (id <= 0) {
            throw new BadRecordException(Reason.UNKNOWN_SCHEMA, "a schema id must be 1 or more but was " + id);
        }
        return schemas.find(new SubjectId(subject, id), () -> {
            String path = Integer.toString(id);
            Question versions = new Question("GET", List.of("schemas", "ids", path, "versions"), DELETED_TOO, Map.of());
            Set<String> subjects = there(http.ask(versions, ConfluentRegistry::readSubjects), "id " + id);
            if (!subjects.contains(subject)) {
                throw wrongSubject(subject, "id " + id);
            }
            Question question = new Question("GET", List.of("schemas", "ids", path), "", Map.of());
            return parsed(there(http.ask(question, ConfluentRegistry::readSchema), "id " + id), "id " + id);
        });
    }

    @Override
    public Schema schema(String subject, UUID guid) {
        return schemas.find(new SubjectId(subject, guid), () -> {
            Question question = new Question("GET", List.of("schemas", "guids", guid.toString()), "", Map.of());
            Schema schema =
                    parsed(there(http.ask(question, ConfluentRegistry::readSchema), "GUID " + guid), "GUID " + guid);
            if (!(lookup(subject, schema, DELETED_TOO) instanceof Answer.Found)) {
                throw wrongSubject(subject, "GUID " + guid);
            }
            return schema;
        });
    }

    @Override
    public Set<String> subjects() {
        return found(
                http.ask(new Question("GET", List.of("subjects"), "", Map.of()), ConfluentRegistry::readNames),
                "the list of subjects");
    }

    @Override
    public Optional<String> compatibility(String subject) {
        Question question = new Question("GET", List.of("config", subject), "", Map.of());
        Answer<String> answer = http.ask(question, ConfluentRegistry::readLevel);
        return answer instanceof Answer.Missing
                ? Optional.empty()
                : Optional.of(found(answer, "the compatibility level of " + subject));
    }

    @Override
    public boolean holds(String subject, Schema schema) {
        Answer<Integer> answer = lookup(subject, schema, "");
        if (answer instanceof Answer.Missing) {
            return false;
        }
        found(answer, "the schema " + schema.getFullName() + " under " + subject);
        return true;
    }

    @Override
    public Optional<Schema> latest(String subject) {
        Question question = new Question("GET", List.of("subjects", subject, "versions", "latest"), "", Map.of());
        Answer<Registered> answer = http.ask(question, ConfluentRegistry::readSchema);
        String what = "the latest of " + subject;
        return answer instanceof Answer.Missing ? Optional.empty() : Optional.of(parsed(found(answer, what), what));
    }

    /** Looks first: of a subject that was deleted before, registries answer with several codes. */
    @Override
    public void delete(String subject) {
        ids.forget(known -> known.subject.equals(subject));
        if (subjects().contains(subject)) {
            Question question = new Question("DELETE", List.of("subjects", subject), "", Map.of());
            found(http.ask(question, body -> true), "the deletion of " + subject);
        }
    }

    private static <T> T found(Answer<T> answer, String what) {
        if (answer instanceof Answer.Found<T> found) {
            return found.value();
        }
        throw new RegistryUnavailableException("[registry] " + what + " must be answered but was refused");
    }

    private Answer<Integer> lookup(String subject, Schema schema, String query) {
        Question question = new Question("POST", List.of("subjects", subject), query, body(schema));
        return http.ask(question, ConfluentRegistry::readId);
    }

    private static <T> T there(Answer<T> answer, String what) {
        if (answer instanceof Answer.Found<T> found) {
            return found.value();
        }
        if (answer instanceof Answer.Missing) {
            throw new BadRecordException(
                    Reason.UNKNOWN_SCHEMA, "the registry must know schema " + what + " but does not");
        }
        throw new RegistryUnavailableException("[registry] schema " + what + " must be answered but was refused");
    }

    private static <T> T accepted(Answer<T> answer, String what) {
        if (answer instanceof Answer.Found<T> found) {
            return found.value();
        }
        if (answer instanceof Answer.Refused<T> refused) {
            throw new IncompatibleSchemaException(
                    "the registry must accept " + what + " but refused: " + refused.reason());
        }
        throw new RegistryUnavailableException("[registry] " + what + " must be accepted or refused but was not found");
    }

    private static BadRecordException wrongSubject(String subject, String what) {
        return new BadRecordException(
                Reason.WRONG_SUBJECT, "schema " + what + " must be registered under " + subject + " but is not");
    }

    private static Map<String, String> body(Schema schema) {
        return Map.of("schema", schema.toString());
    }

    private static int readId(JsonNode body) throws UnexpectedAnswerException {
        JsonNode id = body.path("id");
        if (!id.isInt() || id.intValue() <= 0) {
            throw new UnexpectedAnswerException("a body without a positive id");
        }
        return id.intValue();
    }

    private static Set<String> readSubjects(JsonNode body) throws UnexpectedAnswerException {
        if (!body.isArray()) {
            throw new UnexpectedAnswerException("a body that is no list of versions");
        }
        Set<String> subjects = new HashSet<>();
        for (JsonNode version : body) {
            if (!version.path("subject").isTextual()) {
                throw new UnexpectedAnswerException("a version without a subject");
            }
            subjects.add(version.path("subject").textValue());
        }
        return subjects;
    }

    private static Set<String> readNames(JsonNode body) throws UnexpectedAnswerException {
        if (!body.isArray()) {
            throw new UnexpectedAnswerException("a body that is no list of subjects");
        }
        Set<String> names = new HashSet<>();
        for (JsonNode name : body) {
            if (!name.isTextual()) {
                throw new UnexpectedAnswerException("a subject that is no text");
            }
            names.add(name.textValue());
        }
        return names;
    }

    private static String readLevel(JsonNode body) throws UnexpectedAnswerException {
        JsonNode level = body.path("compatibilityLevel");
        if (!level.isTextual()) {
            throw new UnexpectedAnswerException("a body without a compatibility level");
        }
        return level.textValue();
    }

    private static Registered readSchema(JsonNode body) throws UnexpectedAnswerException {
        JsonNode text = body.path("schema");
        if (!text.isTextual()) {
            throw new UnexpectedAnswerException("a body without a schema");
        }
        return new Registered(body.path("schemaType").asText("AVRO"), text.textValue());
    }

    private static Schema parsed(Registered registered, String what) {
        if (!registered.type.equals("AVRO")) {
            throw new BadRecordException(
                    Reason.UNDECODABLE, "schema " + what + " must be of type AVRO but was " + registered.type);
        }
        if (registered.text.length() > MAX_SCHEMA_CHARS) {
            throw unparsable(what);
        }
        Schema schema;
        try {
            schema = new Schema.Parser().setValidateDefaults(false).parse(registered.text);
        } catch (RuntimeException | StackOverflowError e) {
            throw unparsable(what);
        }
        if (schema.getType() != Schema.Type.RECORD) {
            throw new BadRecordException(
                    Reason.UNDECODABLE, "schema " + what + " must be a record but was " + schema.getType());
        }
        return schema;
    }

    private static RegistryUnavailableException unparsable(String what) {
        return new RegistryUnavailableException("[registry] schema " + what + " must be an Avro schema of at most "
                + MAX_SCHEMA_CHARS + " characters but is not one that can be read");
    }
}
