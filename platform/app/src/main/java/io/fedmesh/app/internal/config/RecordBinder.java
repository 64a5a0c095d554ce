package io.fedmesh.app.internal.config;

import io.fedmesh.contract.Problem;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * A YAML node becomes a record: every component is a setting of the same name, {@code @Nullable} ones may be left out and
 * maps may be. Unknown, duplicate and missing keys are problems; so is what a record's constructor refuses. A value that
 * may be a secret is never part of a message.
 */
final class RecordBinder {
    private final Path file;
    private final Path folder;
    private final List<Problem> problems;

    /**
     * @param file as problems name it
     * @param folder what relative paths are relative to
     * @param problems gets every problem found
     */
    RecordBinder(Path file, Path folder, List<Problem> problems) {
        this.file = file;
        this.folder = folder;
        this.problems = problems;
    }

    /** The record, or null when there was a problem. */
    <T> @Nullable T bind(Node node, Class<T> type) {
        return type.cast(record(node, "", type));
    }

    private @Nullable Object record(Node node, String path, Class<?> type) {
        Map<String, Node> settings = mapping(node, path);
        if (settings == null) {
            return null;
        }
        RecordComponent[] components = type.getRecordComponents();
        Set<String> known =
                Arrays.stream(components).map(RecordComponent::getName).collect(Collectors.toSet());
        settings.forEach((name, value) -> {
            if (!known.contains(name)) {
                problem(
                        value,
                        "unknown-key",
                        "'" + join(path, name) + "' must be one of "
                                + known.stream().sorted().toList() + " but is not");
            }
        });
        @Nullable Object[] arguments = new Object[components.length];
        boolean whole = true;
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            Node value = settings.get(component.getName());
            String where = join(path, component.getName());
            if (value != null) {
                arguments[i] = value(value, where, component.getGenericType());
                whole &= arguments[i] != null;
            } else if (component.getType() == Map.class) {
                arguments[i] = Map.of();
            } else if (!optional(component.getAnnotatedType())) {
                problem(node, "missing-key", "'" + where + "' must be given but is missing");
                whole = false;
            }
        }
        return whole ? construct(node, path, type, components, arguments) : null;
    }

    private @Nullable Object construct(
            Node node, String path, Class<?> type, RecordComponent[] components, @Nullable Object[] arguments) {
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                problem(node, "value", (path.isEmpty() ? "" : path + ": ") + refused.getMessage());
                return null;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Object value(Node node, String path, Type type) {
        if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
            return map(node, path, map.getActualTypeArguments()[1]);
        }
        Class<?> target = (Class<?>) type;
        if (target == Secret.class) {
            return secret(node, path);
        }
        if (target == Setting.class) {
            return node instanceof ScalarNode text ? new Setting.Text(text.getValue()) : secret(node, path);
        }
        if (target.isRecord()) {
            return record(node, path, target);
        }
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isEmpty()) {
            problem(node, "type", "'" + path + "' must be " + expected(target) + " but was not");
            return null;
        }
        try {
            return scalar(scalar.getValue(), target);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            problem(
                    node,
                    "type",
                    "'" + path + "' must be " + expected(target) + " but was '" + scalar.getValue() + "'");
            return null;
        }
    }

    private @Nullable Map<String, Object> map(Node node, String path, Type valueType) {
        Map<String, Node> entries = mapping(node, path);
        if (entries == null) {
            return null;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            Object value = value(entry, join(path, name), valueType);
            if (value != null) {
                values.put(name, value);
            }
        });
        return values.size() == entries.size() ? values : null;
    }

    private @Nullable Secret secret(Node node, String path) {
        if (node instanceof MappingNode mapping && mapping.getValue().size() == 1) {
            Map<String, Node> reference = mapping(node, path);
            if (reference != null
                    && reference.get("file") instanceof ScalarNode name
                    && !name.getValue().isEmpty()) {
                return new Secret.InFile(folder.resolve(name.getValue()).normalize());
            }
            if (reference != null
                    && reference.get("env") instanceof ScalarNode name
                    && !name.getValue().isEmpty()) {
                return new Secret.InEnvironment(name.getValue());
            }
        }
        problem(node, "secret", "'" + path + "' must be {file: path} or {env: NAME} but was not");
        return null;
    }

    private @Nullable Map<String, Node> mapping(Node node, String path) {
        if (!(node instanceof MappingNode mapping)) {
            problem(node, "type", (path.isEmpty() ? "the file" : "'" + path + "'") + " must be a mapping but was not");
            return null;
        }
        Map<String, Node> entries = new LinkedHashMap<>();
        boolean whole = true;
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                problem(entry.getKeyNode(), "type", "a key under '" + path + "' must be text but was not");
                whole = false;
            } else if (entries.putIfAbsent(key.getValue(), entry.getValueNode()) != null) {
                problem(key, "duplicate-key", "'" + join(path, key.getValue()) + "' must be given once but was again");
                whole = false;
            }
        }
        return whole ? entries : null;
    }

    private Object scalar(String text, Class<?> target) {
        if (target == String.class) {
            return text;
        }
        if (target == int.class) {
            return Integer.valueOf(text);
        }
        if (target == boolean.class) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException(text);
            }
            return Boolean.valueOf(text);
        }
        if (target == Duration.class) {
            return Duration.parse(text);
        }
        if (target == URI.class) {
            return URI.create(text);
        }
        if (target == Path.class) {
            return folder.resolve(text).normalize();
        }
        if (target.isEnum()) {
            for (Object constant : target.getEnumConstants()) {
                if (constant.toString().equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(text);
        }
        throw new IllegalStateException("a setting cannot be a " + target);
    }

    private static String expected(Class<?> target) {
        if (target == int.class) {
            return "a whole number";
        }
        if (target == boolean.class) {
            return "true or false";
        }
        if (target == Duration.class) {
            return "an ISO-8601 duration";
        }
        if (target == URI.class) {
            return "a URI";
        }
        if (target.isEnum()) {
            return "one of " + Arrays.toString(target.getEnumConstants());
        }
        return "text";
    }

    private static boolean optional(AnnotatedType type) {
        return type.isAnnotationPresent(Nullable.class);
    }

    private void problem(Node node, String rule, String message) {
        problems.add(new Problem(file, node.getStartMark().getLine() + 1, rule, message));
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
