package io.fedmesh.govern.identity;

/**
 * What somebody shows to prove who it is. Whoever has the text is that person, so nothing prints it, and two of them are
 * never compared here. Immutable.
 */
public final class Token {
    /** The longest: identity providers stay far below. */
    public static final int MAX_CHARACTERS = 16 * 1024;

    private final String text;

    private Token(String text) {
        this.text = text;
    }

    /**
     * A token as it came, without white space around it.
     *
     * @throws IdentityRefusedException when it is empty, too long, or not of visible ASCII characters
     */
    public static Token of(String text) throws IdentityRefusedException {
        if (text.isEmpty() || text.length() > MAX_CHARACTERS) {
            throw new IdentityRefusedException(
                    "[token] it must have 1 to " + MAX_CHARACTERS + " characters but had " + text.length());
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '!' || text.charAt(i) > '~') {
                throw new IdentityRefusedException("[token] it must be of visible ASCII characters but was not");
            }
        }
        return new Token(text);
    }

    String text() {
        return text;
    }

    @Override
    public String toString() {
        return "Token[***]";
    }
}
