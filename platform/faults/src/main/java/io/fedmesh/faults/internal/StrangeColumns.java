package io.fedmesh.faults.internal;

import io.fedmesh.contract.Contract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.random.RandomGenerator;

/** Columns that no contract names come to a captured table while rows change, and go again. */
final class StrangeColumns {
    private static final int TRIES = 40;
    private static final String COLUMN = "campaign_column";

    private StrangeColumns() {}

    static Strike begin(FaultyMesh mesh, RandomGenerator random) {
        List<Contract> captured = mesh.captured();
        Contract.Captured origin = (Contract.Captured)
                captured.get(random.nextInt(captured.size())).origin();
        boolean added = alter(
                mesh,
                "alter table " + origin.table() + " add column if not exists " + COLUMN
                        + " text default 'by the campaign'");
        return Strike.lasting(3_000, () -> added ? 1 : 0, () -> {
            alter(mesh, "alter table " + origin.table() + " drop column if exists " + COLUMN);
        });
    }

    /** It never waits long for its lock: who waits behind it would wait as long. */
    private static boolean alter(FaultyMesh mesh, String sql) {
        for (int i = 0; i < TRIES; i++) {
            try (Connection owner = mesh.owner();
                    Statement statement = owner.createStatement()) {
                statement.execute("set lock_timeout = '150ms'");
                statement.execute(sql);
                return true;
            } catch (SQLException e) {
                if (!"55P03".equals(e.getSQLState())) {
                    return false; // the database is away
                }
            }
        }
        return false;
    }
}
