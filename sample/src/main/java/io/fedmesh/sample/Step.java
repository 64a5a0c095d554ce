package io.fedmesh.sample;

import java.sql.SQLException;

/** Something that happens to a batch of rows within a transaction of a lane. */
@FunctionalInterface
interface Step {
    /** Does it and tells how many rows changed; 0 where the lane has nothing to do it to. */
    long run(Lane lane) throws SQLException;
}
