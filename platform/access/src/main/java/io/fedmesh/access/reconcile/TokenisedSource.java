package io.fedmesh.access.reconcile;

import io.fedmesh.access.internal.Tokenising;
import io.fedmesh.contract.Contract;
import io.fedmesh.lake.TokenKeys;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** The databases that a product comes from, its tokenised fields as the tables hold them: the source itself is clear. */
record TokenisedSource(SourceDatabases databases, Contract contract, TokenKeys keys) implements SourceDatabases {
    @Override
    public SourceSnapshot open(String connection) {
        Tokenising tokenising = Tokenising.of(contract, keys);
        SourceSnapshot snapshot = databases.open(connection);
        return new SourceSnapshot() {
            @Override
            public VisibleTransactions visible() {
                return snapshot.visible();
            }

            @Override
            public long lsn() {
                return snapshot.lsn();
            }

            @Override
            public void read(String sql, Schema schema, Consumer<@Nullable Object[]> rows) {
                List<Schema.Field> fields = schema.getFields();
                snapshot.read(sql, schema, values -> {
                    for (int i = 0; i < values.length; i++) {
                        values[i] = tokenising.value(fields.get(i).name(), values[i]);
                    }
                    rows.accept(values);
                });
            }

            @Override
            public void close() {
                snapshot.close();
            }
        };
    }
}
