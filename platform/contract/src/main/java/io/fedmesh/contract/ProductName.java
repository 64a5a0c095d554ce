package io.fedmesh.contract;

/** {@code <domain>.<product>}: one dataset that a domain offers. A value, ordered by its text. */
public record ProductName(String domain, String product) implements Comparable<ProductName> {
    public ProductName {
        Names.part("domain", domain);
        Names.part("product", product);
    }

    /** Reads {@code domain.product}; refuses anything else with {@link IllegalArgumentException}. */
    public static ProductName parse(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "a product must be named <domain>.<product> but was '" + Names.shown(name) + "'");
        }
        return new ProductName(parts[0], parts[1]);
    }

    /** The Iceberg namespace and SQL schema of the product's tables. */
    public String namespace() {
        return sqlName(domain);
    }

    /** The table that holds every event: append only. */
    public String historyTable() {
        return sqlName(product) + "_history";
    }

    /** The table that holds one row an entity. */
    public String latestTable() {
        return sqlName(product) + "_latest";
    }

    @Override
    public int compareTo(ProductName other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return domain + "." + product;
    }

    /** {@code -} becomes {@code _}; a part holds no {@code _}, so that two names never fold into one. */
    private static String sqlName(String part) {
        return part.replace('-', '_');
    }
}
