package io.fedmesh.govern.agreement;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fedmesh.contract.Classification;
import io.fedmesh.contract.ProductName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Events as JSON (RFC 8259), one way to write each: what is read is refused unless it is written again as the same bytes, so
 * that an event has one hash.
 */
final class EventCodec {
    /** The largest event, in bytes: a directory of some ten thousand fields. */
    static final int MAX_BYTES = 4 << 20;

    private static final String FORMAT = "fedmesh.governance/1";

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(20)
                            .maxNameLength(300)
                            .maxStringLength(10_000)
                            .maxDocumentLength(MAX_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private EventCodec() {}

    static byte[] bytes(Event event) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("format", FORMAT);
        map.put("sequence", event.sequence());
        map.put("previous", event.previous());
        map.put("at", event.at().toString());
        map.put("subject", event.subject());
        map.put("command", command(event.command()));
        byte[] bytes = json(map);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "an event must have at most " + MAX_BYTES + " bytes but had " + bytes.length);
        }
        return bytes;
    }

    /** SHA-256 of what is commanded. */
    static String digest(Command command) {
        return Digest.of(json(command(command)));
    }

    /** Refuses anything but an event with {@link IllegalArgumentException}. */
    static Event event(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("it must have at most " + MAX_BYTES + " bytes but had " + bytes.length);
        }
        Object read;
        try {
            read = JSON.readValue(bytes, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it must be JSON but was not", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("it must be readable but was not", e);
        }
        Strict map = new Strict("", read);
        if (!FORMAT.equals(map.text("format"))) {
            throw new IllegalArgumentException("'format' must be " + FORMAT + " but was another");
        }
        Event event = new Event(
                map.number("sequence"),
                map.text("previous"),
                map.instant("at"),
                map.text("subject"),
                command(map.map("command")));
        map.end();
        if (!java.util.Arrays.equals(bytes, bytes(event))) {
            throw new IllegalArgumentException("it must be written in the one way that events are but was not");
        }
        return event;
    }

    private static Map<String, Object> command(Command command) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", command.id());
        map.put("as", command.as());
        map.put("action", action(command.action()));
        return map;
    }

    private static Command command(Strict map) {
        Command command = new Command(map.text("id"), map.text("as"), action(map.map("action")));
        map.end();
        return command;
    }

    private static Map<String, Object> action(Action action) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", "");
        String type;
        if (action instanceof Action.OfAgreement of) {
            map.put("agreement", of.agreement());
        }
        if (action instanceof Action.Install install) {
            type = "install";
            map.put("directory", directory(install.directory()));
        } else if (action instanceof Action.Ask ask) {
            type = "ask";
            map.put("product", ask.product().toString());
            consumer(map, ask.consumer());
            map.put("terms", terms(ask.terms()));
        } else if (action instanceof Action.Edit edit) {
            type = "edit";
            map.put("terms", terms(edit.terms()));
        } else if (action instanceof Action.Renew renew) {
            type = "renew";
            map.put("terms", terms(renew.terms()));
        } else if (action instanceof Action.Approve approve) {
            type = "approve";
            map.put("requestHash", approve.requestHash());
        } else if (action instanceof Action.Deny deny) {
            type = "deny";
            map.put("requestHash", deny.requestHash());
            map.put("reason", deny.reason());
        } else if (action instanceof Action.Revoke revoke) {
            type = "revoke";
            map.put("reason", revoke.reason());
        } else if (action instanceof Action.BreakGlass glass) {
            type = "break-glass";
            map.put("product", glass.product().toString());
            map.put("reason", glass.reason());
            map.put("until", glass.until().toString());
            map.put("fields", List.copyOf(glass.fields()));
        } else if (action instanceof Action.Review review) {
            type = "review";
            map.put("finding", review.finding().name().toLowerCase(java.util.Locale.ROOT));
            map.put("remark", review.remark());
        } else {
            throw new IllegalStateException(
                    "[event] an action must have a form but " + action.getClass() + " has none");
        }
        map.put("type", type);
        return map;
    }

    private static Action action(Strict map) {
        String type = map.text("type");
        Action action = switch (type) {
            case "install" -> new Action.Install(directory(map.map("directory")));
            case "ask" ->
                new Action.Ask(
                        map.text("agreement"),
                        ProductName.parse(map.text("product")),
                        consumer(map),
                        terms(map.map("terms")));
            case "edit" -> new Action.Edit(map.text("agreement"), terms(map.map("terms")));
            case "renew" -> new Action.Renew(map.text("agreement"), terms(map.map("terms")));
            case "approve" -> new Action.Approve(map.text("agreement"), map.text("requestHash"));
            case "deny" -> new Action.Deny(map.text("agreement"), map.text("requestHash"), map.text("reason"));
            case "revoke" -> new Action.Revoke(map.text("agreement"), map.text("reason"));
            case "break-glass" ->
                new Action.BreakGlass(
                        map.text("agreement"),
                        ProductName.parse(map.text("product")),
                        map.text("reason"),
                        map.instant("until"),
                        map.set("fields"));
            case "review" ->
                new Action.Review(
                        map.text("agreement"), map.constant("finding", Action.Finding.values()), map.text("remark"));
            default ->
                throw new IllegalArgumentException(
                        "'type' must be that of an action but was '" + Texts.shown(type) + "'");
        };
        map.end();
        return action;
    }

    private static Map<String, Object> terms(Terms terms) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("purpose", terms.purpose());
        map.put("start", terms.start().toString());
        map.put("end", terms.end());
        map.put("fields", List.copyOf(terms.fields()));
        return map;
    }

    private static Terms terms(Strict map) {
        Terms terms = new Terms(map.text("purpose"), map.date("start"), map.until("end"), map.set("fields"));
        map.end();
        return terms;
    }

    private static void consumer(Map<String, Object> map, Consumer consumer) {
        if (consumer instanceof Consumer.User user) {
            map.put("user", user.subject());
        } else if (consumer instanceof Consumer.Team team) {
            map.put("team", team.domain());
        }
    }

    private static Consumer consumer(Strict map) {
        String user = map.textOrNull("user");
        String team = map.textOrNull("team");
        if ((user == null) == (team == null)) {
            throw new IllegalArgumentException("'user' or 'team' must be given but both or none was");
        }
        return user != null ? new Consumer.User(user) : new Consumer.Team(java.util.Objects.requireNonNull(team));
    }

    private static Map<String, Object> directory(Directory directory) {
        List<Object> people = new ArrayList<>();
        for (Directory.Person person : directory.people().values()) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("subject", person.subject());
            map.put("aliases", List.copyOf(person.aliases()));
            map.put("roles", person.roles().stream().map(Role::toString).toList());
            map.put("teams", List.copyOf(person.teams()));
            map.put("actsFor", List.copyOf(person.actsFor()));
            people.add(map);
        }
        List<Object> domains = new ArrayList<>();
        for (Directory.Domain domain : directory.domains().values()) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("name", domain.name());
            map.put("owner", domain.owner());
            map.put("stewards", List.copyOf(domain.stewards()));
            domains.add(map);
        }
        List<Object> products = new ArrayList<>();
        for (Directory.Product product : directory.products().values()) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("name", product.name().toString());
            map.put("topic", product.topic());
            Map<String, String> fields = new TreeMap<>();
            product.fields().forEach((name, classification) -> fields.put(name, classification.toString()));
            map.put("fields", fields);
            map.put("disclosure", product.disclosure());
            Directory.Promise promise = product.promise();
            if (promise != null) {
                map.put("promise", promise(promise));
            }
            products.add(map);
        }
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("people", people);
        map.put("domains", domains);
        map.put("products", products);
        return map;
    }

    private static Map<String, Object> promise(Directory.Promise promise) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("key", promise.key());
        map.put("tokenised", List.copyOf(promise.tokenised()));
        if (promise.end() != null) {
            map.put("end", promise.end().toString());
        }
        return map;
    }

    private static Directory.Promise promise(Strict map) {
        List<String> key = map.set("key").stream().map(Texts::field).toList();
        Set<String> tokenised = map.set("tokenised");
        tokenised.forEach(Texts::field);
        return ended(
                map, new Directory.Promise(key, tokenised, map.textOrNull("end") == null ? null : map.date("end")));
    }

    private static Directory directory(Strict map) {
        Directory directory = new Directory(
                map.maps("people").stream().map(EventCodec::person).toList(),
                map.maps("domains").stream()
                        .map(of ->
                                ended(of, new Directory.Domain(of.text("name"), of.text("owner"), of.set("stewards"))))
                        .toList(),
                map.maps("products").stream().map(EventCodec::product).toList());
        map.end();
        return directory;
    }

    private static Directory.Person person(Strict map) {
        return person(map, map.set("aliases"));
    }

    /** @param aliases all of them, however the map gives them */
    static Directory.Person person(Strict map, Set<String> aliases) {
        Set<Role> roles = new java.util.TreeSet<>();
        map.set("roles").forEach(role -> roles.add(Strict.constant("roles", role, Role.values())));
        return ended(
                map, new Directory.Person(map.text("subject"), aliases, roles, map.set("teams"), map.set("actsFor")));
    }

    private static Directory.Product product(Strict map) {
        Map<String, Classification> fields = new TreeMap<>();
        map.texts("fields")
                .forEach((name, text) -> fields.put(
                        Texts.field(name), Strict.constant("fields." + name, text, Classification.values())));
        Strict promise = map.mapOrNull("promise");
        return ended(
                map,
                new Directory.Product(
                        ProductName.parse(map.text("name")),
                        map.text("topic"),
                        fields,
                        map.text("disclosure"),
                        promise == null ? null : promise(promise)));
    }

    private static <T> T ended(Strict map, T value) {
        map.end();
        return value;
    }

    private static byte[] json(Map<String, Object> map) {
        try {
            return JSON.writeValueAsBytes(map);
        } catch (JsonProcessingException e) {
            // Half a surrogate pair, say: what cannot be written was never an event.
            throw new IllegalArgumentException("it must be writable as JSON but was not", e);
        }
    }
}
