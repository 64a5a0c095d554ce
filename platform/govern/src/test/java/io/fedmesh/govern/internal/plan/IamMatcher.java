package io.fedmesh.govern.internal.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * How IAM reads a resource of a policy of version 2012-10-17: {@code *} is any text, {@code ?} any one character, and
 * {@code ${*}}, {@code ${?}}, {@code ${$}} these characters. Written from IAM's reference, not from the encoder; it lets a
 * wildcard run over every separator, which is more than IAM does.
 */
final class IamMatcher {
    private enum Kind {
        CHARACTER,
        ANY_ONE,
        ANY_TEXT
    }

    private record Token(Kind kind, char character) {}

    private IamMatcher() {}

    static boolean matches(String resource, String arn) {
        List<Token> tokens = tokens(resource);
        boolean[] reachable = new boolean[arn.length() + 1];
        reachable[0] = true;
        for (Token token : tokens) {
            boolean[] next = new boolean[arn.length() + 1];
            switch (token.kind) {
                case CHARACTER -> {
                    for (int i = 0; i < arn.length(); i++) {
                        next[i + 1] = reachable[i] && arn.charAt(i) == token.character;
                    }
                }
                case ANY_ONE -> System.arraycopy(reachable, 0, next, 1, arn.length());
                case ANY_TEXT -> {
                    boolean any = false;
                    for (int i = 0; i <= arn.length(); i++) {
                        any |= reachable[i];
                        next[i] = any;
                    }
                }
            }
            reachable = next;
        }
        return reachable[arn.length()];
    }

    private static List<Token> tokens(String resource) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < resource.length()) {
            char c = resource.charAt(at);
            boolean isVariable = c == '$'
                    && at + 3 < resource.length()
                    && resource.charAt(at + 1) == '{'
                    && resource.charAt(at + 3) == '}'
                    && "*?$".indexOf(resource.charAt(at + 2)) >= 0;
            if (isVariable) {
                tokens.add(new Token(Kind.CHARACTER, resource.charAt(at + 2)));
                at += 4;
                continue;
            }
            if (c == '$' && resource.startsWith("${", at)) {
                throw new IllegalArgumentException("a policy variable that means something else: " + resource);
            }
            tokens.add(new Token(c == '*' ? Kind.ANY_TEXT : c == '?' ? Kind.ANY_ONE : Kind.CHARACTER, c));
            at++;
        }
        return tokens;
    }
}
