package io.fedmesh.contract;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A rule that every product must pass, written in the Common Expression Language. The platform's own hold for all products;
 * a domain's, in {@code domains/<domain>/policies/<name>.yaml}, hold for its own beside them and can take none away.
 *
 * <pre>{@code
 * id: <domain>.<name>   # as the file's place says
 * title: one line, for people
 * severity: error       # or warning
 * on: contract          # or change: then 'before' and 'change' are there as well
 * expression: |
 *   contract.fields.all(f, !('PII' in f.tags) || f.protection != 'clear')
 * offenders: contract.fields.filter(f, 'PII' in f.tags && f.protection == 'clear')   # optional: named by the message
 * message: every field tagged PII must have a protection
 * }</pre>
 *
 * @param id the platform's have no dot; a domain's begins with the domain's name and a dot
 * @param title one line, for people
 * @param severity what a product that does not pass has done
 * @param subject what the expression looks at
 * @param message what must hold
 * @param domain whose it is; null for the platform's
 * @param file where it is written, relative to the repository's root; for the platform's, its name
 */
public record Policy(
        String id,
        String title,
        Severity severity,
        Subject subject,
        String message,
        @Nullable String domain,
        Path file) {

    /** What a product that does not pass has done. */
    public enum Severity {
        /** It is refused. */
        ERROR,
        /** It is told. */
        WARNING
    }

    /** What an expression looks at. */
    public enum Subject {
        /** A contract as it is. */
        CONTRACT,
        /** A contract beside the one that it takes the place of; new products pass unseen. */
        CHANGE
    }

    /** Whether it is asked of a product. */
    public boolean holdsFor(ProductName product) {
        return domain == null || domain.equals(product.domain());
    }
}
