package io.fedmesh.wire;

/** What happened to the entity; the codes are Debezium's. */
public enum Op {
    CREATE("c"),
    UPDATE("u"),
    DELETE("d"),
    /** The row stood there when the snapshot was taken. */
    READ("r");

    private final String code;

    Op(String code) {
        this.code = code;
    }

    /** The code on the wire, one letter. */
    public String code() {
        return code;
    }

    /** The operation of a code; refuses another with {@link IllegalArgumentException}. */
    public static Op of(String code) {
        for (Op op : values()) {
            if (op.code.equals(code)) {
                return op;
            }
        }
        throw new IllegalArgumentException("'mesh_op' must be one of c, u, d, r but was '" + code + "'");
    }
}
