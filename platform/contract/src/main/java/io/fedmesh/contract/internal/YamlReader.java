package io.fedmesh.contract.internal;

import io.fedmesh.contract.internal.Node.Entry;
import io.fedmesh.contract.internal.Node.Kind;
import io.fedmesh.contract.internal.Node.Mapping;
import io.fedmesh.contract.internal.Node.Scalar;
import io.fedmesh.contract.internal.Node.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * YAML as data: one document of maps, lists and scalars, from SnakeYAML's events and never through its constructors.
 * Anchors, aliases and tags are refused, so no text grows and no class is named; scalars follow the core schema of YAML
 * 1.2, so {@code no} is a text.
 */
final class YamlReader {
    static final int MAX_CODE_POINTS = 1_000_000;
    static final int MAX_NESTING = 50;
    private static final int MAX_NUMBER_LENGTH = 40;
    private static final int MAX_KEY_LENGTH = 200;
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?");

    private final Parser parser;
    private final FileReport report;

    private YamlReader(Parser parser, FileReport report) {
        this.parser = parser;
        this.report = report;
    }

    /** The file's top map. Duplicate keys are reported and the first one holds; anything worse ends the file. */
    static Mapping read(Path path, FileReport report) throws Unreadable {
        return parse(TextFile.read(path, 4 * MAX_CODE_POINTS), report);
    }

    static Mapping parse(String text, FileReport report) throws Unreadable {
        if (text.codePointCount(0, text.length()) > MAX_CODE_POINTS) {
            throw new Unreadable(
                    1, "size", "the file must have at most " + MAX_CODE_POINTS + " characters but had more");
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CODE_POINTS + 1);
        options.setNestingDepthLimit(MAX_NESTING);
        try {
            return new YamlReader(new ParserImpl(new StreamReader(text), options), report).document();
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
            throw new Unreadable(
                    mark == null ? 1 : mark.getLine() + 1,
                    "yaml",
                    "the file must be YAML but " + Scalar.sentence(String.valueOf(e.getProblem())));
        } catch (YAMLException e) {
            throw new Unreadable(1, "yaml", "the file must be YAML but has a character that YAML forbids");
        }
    }

    private Mapping document() throws Unreadable {
        parser.getEvent();
        Event first = parser.getEvent();
        if (!(first instanceof DocumentStartEvent)) {
            throw new Unreadable(1, "yaml", "the file must hold a map but was empty");
        }
        Node top = node(parser.getEvent(), 1);
        parser.getEvent();
        Event after = parser.getEvent();
        if (after instanceof DocumentStartEvent) {
            throw new Unreadable(line(after), "yaml", "the file must hold one document but held more");
        }
        if (top instanceof Mapping mapping) {
            return mapping;
        }
        throw new Unreadable(top.line(), "yaml", "the file must hold a map but was " + top.shown());
    }

    private Node node(Event event, int depth) throws Unreadable {
        if (depth > MAX_NESTING) {
            throw new Unreadable(
                    line(event), "nesting", "the file must nest at most " + MAX_NESTING + " deep but did more");
        }
        if (event instanceof AliasEvent alias) {
            throw new Unreadable(
                    line(event),
                    "alias",
                    "an alias must not be used but was '*" + Scalar.printable(alias.getAnchor()) + "'");
        }
        if (event instanceof NodeEvent named && named.getAnchor() != null) {
            throw new Unreadable(
                    line(event),
                    "alias",
                    "an anchor must not be used but was '&" + Scalar.printable(named.getAnchor()) + "'");
        }
        if (event instanceof ScalarEvent scalar) {
            refuseTag(scalar.getTag(), event);
            return scalar(scalar);
        }
        if (event instanceof SequenceStartEvent start) {
            refuseTag(start.getTag(), event);
            return sequence(line(event), depth);
        }
        if (event instanceof MappingStartEvent start) {
            refuseTag(start.getTag(), event);
            return mapping(line(event), depth);
        }
        throw new Unreadable(line(event), "yaml", "the file must hold maps, lists and values but held something else");
    }

    private Scalar scalar(ScalarEvent event) throws Unreadable {
        String text = event.getValue();
        Kind kind = event.getScalarStyle() == ScalarStyle.PLAIN ? kind(text) : Kind.TEXT;
        if ((kind == Kind.INTEGER || kind == Kind.NUMBER) && text.length() > MAX_NUMBER_LENGTH) {
            throw new Unreadable(
                    line(event),
                    "size",
                    "a number must have at most " + MAX_NUMBER_LENGTH + " characters but had more");
        }
        return new Scalar(kind == Kind.BOOLEAN ? text.toLowerCase(java.util.Locale.ROOT) : text, kind, line(event));
    }

    private Sequence sequence(int line, int depth) throws Unreadable {
        List<Node> items = new ArrayList<>();
        for (Event e = parser.getEvent(); !e.is(Event.ID.SequenceEnd); e = parser.getEvent()) {
            items.add(node(e, depth + 1));
        }
        return new Sequence(items, line);
    }

    private Mapping mapping(int line, int depth) throws Unreadable {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Event e = parser.getEvent(); !e.is(Event.ID.MappingEnd); e = parser.getEvent()) {
            Node key = node(e, depth + 1);
            if (!(key instanceof Scalar name) || name.text().length() > MAX_KEY_LENGTH) {
                throw new Unreadable(
                        key.line(),
                        "yaml",
                        "a key must be a text of at most " + MAX_KEY_LENGTH + " characters but was not");
            }
            Node value = node(parser.getEvent(), depth + 1);
            if (entries.containsKey(name.text())) {
                report.add(
                        name.line(),
                        "duplicate-key",
                        "'" + Scalar.printable(name.text()) + "' must be given once but was given again");
            } else {
                entries.put(name.text(), new Entry(name.line(), value));
            }
        }
        return new Mapping(Collections.unmodifiableMap(entries), line);
    }

    private static void refuseTag(@Nullable String tag, Event event) throws Unreadable {
        if (tag != null) {
            throw new Unreadable(line(event), "tag", "a tag must not be used but was '" + Scalar.printable(tag) + "'");
        }
    }

    private static Kind kind(String plain) {
        return switch (plain) {
            case "", "~", "null", "Null", "NULL" -> Kind.NULL;
            case "true", "True", "TRUE", "false", "False", "FALSE" -> Kind.BOOLEAN;
            default -> {
                if (INTEGER.matcher(plain).matches()) {
                    yield Kind.INTEGER;
                }
                yield NUMBER.matcher(plain).matches() ? Kind.NUMBER : Kind.TEXT;
            }
        };
    }

    private static int line(Event event) {
        return event.getStartMark().getLine() + 1;
    }
}
