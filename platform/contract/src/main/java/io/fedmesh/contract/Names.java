package io.fedmesh.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The one grammar of names. A part is {@code [a-z][a-z0-9-]{0,30}}; parts are joined with {@code .}, which no part can
 * contain, so that a name of one domain is never a prefix of a name of another once the separator is included.
 *
 * <p>Every method refuses a part outside the grammar with {@link IllegalArgumentException}. Thread-safe: stateless.
 */
public final class Names {
    /** Longest name in characters; Kafka allows 249, internal topics add a suffix. */
    public static final int MAX_LENGTH = 200;

    private static final int MAX_SHOWN = 100;
    private static final Pattern PART = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    private Names() {}

    /** Whether the text is one part of a name. */
    public static boolean isPart(String text) {
        return PART.matcher(text).matches();
    }

    /** The part itself, or an exception that says what must hold. */
    public static String part(String what, String text) {
        if (!isPart(text)) {
            throw new IllegalArgumentException("'" + what + "' must match " + PART + " but was '" + shown(text) + "'");
        }
        return text;
    }

    /** {@code <domain>.<topology>}: the application.id of a topology, the prefix of its internal topics and its state. */
    public static String applicationId(String domain, String topology) {
        return join(part("domain", domain), part("topology", topology));
    }

    /** {@code <domain>.<consumer>}: a consumer group. */
    public static String consumerGroup(String domain, String consumer) {
        return join(part("domain", domain), part("consumer", consumer));
    }

    /**
     * {@code mesh.sink.<domain>.<product>}: the consumer group of a product's sinks. It has four parts and so is no
     * domain's group.
     */
    public static String sinkGroup(ProductName product) {
        return join("mesh", "sink", part("domain", product.domain()), part("product", product.product()));
    }

    /**
     * {@code mesh.user.<subject>}: the principal and the consumer group of a person who reads topics by agreement. It has
     * three parts under the platform's own first one and so is no component's.
     */
    public static String userPrincipal(String subject) {
        return join("mesh", "user", part("subject", subject));
    }

    /** {@code mesh.team.<domain>}: the principal and the consumer group of a domain's team that reads topics by agreement. */
    public static String teamPrincipal(String domain) {
        return join("mesh", "team", part("domain", domain));
    }

    /** Whether the text is what {@link #userPrincipal} or {@link #teamPrincipal} gives for some subject or domain. */
    public static boolean isAgreementPrincipal(String text) {
        return (text.startsWith("mesh.user.") || text.startsWith("mesh.team.")) && isPart(text.substring(10));
    }

    /** {@code <domain>.<component>.<instance>}: a transactional.id that stays the same across restarts. */
    public static String transactionalId(String domain, String component, String instance) {
        return join(part("domain", domain), part("component", component), part("instance", instance));
    }

    /** {@code <domain>.<component>}: the principal of one component of a domain, without {@code User:}. */
    public static String principal(String domain, String component) {
        return join(part("domain", domain), part("component", component));
    }

    /**
     * The prefix under which Kafka Streams makes everything of one application: it ends with the separator {@code -},
     * which follows the application.id in every internal name.
     */
    public static String internalPrefix(String applicationId) {
        return applicationId + "-";
    }

    /** Whether the text is what {@link #internalPrefix} gives for some domain and topology. */
    public static boolean isInternalPrefix(String text) {
        int dot = text.indexOf('.');
        return dot > 0
                && text.endsWith("-")
                && isPart(text.substring(0, dot))
                && isPart(text.substring(dot + 1, text.length() - 1));
    }

    /** The key of a record: one key column is its text; several are joined with {@code |}, escaping {@code |} and {@code \}. */
    public static String key(List<String> texts) {
        if (texts.size() == 1) {
            return texts.get(0);
        }
        StringBuilder key = new StringBuilder();
        for (int i = 0; i < texts.size(); i++) {
            if (i > 0) {
                key.append('|');
            }
            String text = texts.get(i);
            for (int j = 0; j < text.length(); j++) {
                char c = text.charAt(j);
                if (c == '|' || c == '\\') {
                    key.append('\\');
                }
                key.append(c);
            }
        }
        return key.toString();
    }

    /** A text of anybody, fit for a message: one line of at most a hundred characters, none of which does anything. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(MAX_SHOWN).forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.UNASSIGNED,
                        Character.PRIVATE_USE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> shown.append(String.format(Locale.ROOT, "\\u%04x", c));
                default -> shown.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > MAX_SHOWN ? shown + "..." : shown.toString();
    }

    /** The texts that {@link #key} made a key of; empty when it made none of that many. */
    public static Optional<List<String>> keyTexts(String key, int count) {
        if (count == 1) {
            return Optional.of(List.of(key));
        }
        List<String> texts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c == '\\' && i + 1 < key.length()) {
                text.append(key.charAt(++i));
            } else if (c == '|') {
                texts.add(text.toString());
                text.setLength(0);
            } else {
                text.append(c);
            }
        }
        texts.add(text.toString());
        return texts.size() == count && key(texts).equals(key) ? Optional.of(texts) : Optional.empty();
    }

    static String join(String... parts) {
        String name = String.join(".", parts);
        if (name.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a name must have at most " + MAX_LENGTH + " characters but '" + name + "' has " + name.length());
        }
        return name;
    }
}
