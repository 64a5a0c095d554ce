package io.fedmesh.access.internal;

import io.fedmesh.contract.Contract;
import io.fedmesh.lake.TokenKeys;
import io.fedmesh.lake.Tokens;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Clear values of a product's fields as its tables hold them: tokens where the contract says so. One thread. */
public final class Tokenising {
    private final Set<String> fields;
    private final @Nullable Tokens tokens;

    private Tokenising(Set<String> fields, @Nullable Tokens tokens) {
        this.fields = fields;
        this.tokens = tokens;
    }

    /** @throws io.fedmesh.lake.TableRefusedException when the product has a tokenised field and its domain no key */
    public static Tokenising of(Contract contract, TokenKeys keys) {
        return new Tokenising(contract.tokenised(), Tokens.of(contract, keys));
    }

    /** The value of a field as it stands in the tables. */
    public @Nullable Object value(String field, @Nullable Object value) {
        return tokens == null || value == null || !fields.contains(field) ? value : tokens.token(value.toString());
    }
}
