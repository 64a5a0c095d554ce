package io.fedmesh.sample;

import java.io.IOException;
import java.sql.SQLException;

/** What happens to tasks: labels, attributes and long notes among them. */
final class TaskSteps {
    /** Every so many tasks one has notes that lie out of line. */
    private static final int LONG_NOTES_EVERY = 40;

    private static final String INSERT = Sql.of("""
            insert into projects.task
            select n, {PROJECT_ID project}, 'Task ' || n, 'open', 1 + (n % 5)::integer,
              case when n % 3 = 0 then {EMAIL} end, case when n % 4 <> 0 then {MONEY} / 10 end,
              case when n % 5 <> 0 then date '2026-06-30' + (n % 700)::integer end,
              case n % 4 when 0 then '{}' when 1 then array['safety', 'night, shift']
                when 2 then array['"quoted"', 'back\\\\slash', ''] else array['überprüft'] end,
              case when n % 10 <> 3 then jsonb_build_object('zone', n % 12, 'crew', jsonb_build_array('a', n % 3),
                'risk', n % 7 = 0, 'cost', n / 100.0, 'note', null) end,
              case when n % 40 = 0
                then (select string_agg(md5(n || ' ' || i), '') from generate_series(1, 80 + (n % 80)::integer) i)
                when n % 3 = 0 then 'See drawing ' || n end,
              {NOW}
            from (select n, ?::bigint + n % ? as project from generate_series(?, ? - 1) n) s""");
    private static final String UPDATE = Sql.of("""
            update projects.task
            set status = (array['open', 'doing', 'done'])[1 + (task_id + moment) % 3],
              priority = 1 + (task_id + moment)::integer % 5,
              estimate_hours = case when moment % 5 = 0 then null else coalesce(estimate_hours, 0) + 0.25 end,
              updated_at = {NOW}
            from (select ?::bigint as moment) s where task_id >= ? and task_id < ?""");
    private static final String LABEL = Sql.of("""
            update projects.task
            set labels = case when cardinality(labels) < 4 then labels || ('m' || moment) else labels[2:3] end,
              attributes = coalesce(attributes, '{}') || jsonb_build_object('moment', moment, 'risk', moment % 2 = 0),
              assignee_email = case when moment % 4 = 0 then null else {EMAIL task_id + moment} end,
              updated_at = {NOW}
            from (select ?::bigint as moment) s where task_id >= ? and task_id < ?""");
    private static final String REWRITE_NOTES = Sql.of("""
            update projects.task
            set notes = case when moment % 3 = 0 then null
                else (select string_agg(md5(task_id || ' ' || moment || ' ' || i), '') from generate_series(1, 100) i) end,
              attributes = null, due_date = null, updated_at = {NOW}
            from (select ?::bigint as moment) s where task_id >= ? and task_id < ?""");
    private static final String TOUCH =
            "update projects.task set updated_at = updated_at where task_id >= ? and task_id < ?";
    private static final String DELETE = "delete from projects.task where task_id >= ? and task_id < ?";
    private static final String MOVE = Sql.of("""
            update projects.task set task_id = task_id - ? + ?, updated_at = {NOW} where task_id >= ? and task_id < ?""");

    private TaskSteps() {}

    static long insert(Lane lane) throws SQLException {
        Block block = Numbers.TASK.take(lane.connection, lane.batch);
        lane.tasks.add(block);
        Block projects = lane.allProjects;
        return Sql.run(
                lane.connection, INSERT, lane.tick(), projects.from(), projects.size(), block.from(), block.to());
    }

    static long copy(Lane lane) throws SQLException {
        Block block = Numbers.TASK.take(lane.connection, lane.batch);
        lane.tasks.add(block);
        String moment = CopyText.moment(lane.tick());
        CopyText text = new CopyText();
        for (long n = block.from(); n < block.to(); n++) {
            text.field(n)
                    .field(CopyText.projectId(lane.allProjects.from() + n % lane.allProjects.size()))
                    .field("Copied task " + n + (n % 50 == 0 ? "\twith a tab,\na line and a \\" : ""))
                    .field("open")
                    .field(1 + n % 5)
                    .field(n % 3 == 0 ? "person." + n + "@contractor.example" : null)
                    .field(n % 4 == 0 ? null : n % 1000 + "." + (10 + n % 90))
                    .field(n % 5 == 0 ? null : "2026-12-" + (10 + n % 20))
                    .field(n % 2 == 0 ? "{}" : "{copied,\"night, shift\",\"a \\\"b\\\"\"}")
                    .field(n % 10 == 3 ? null : "{\"zone\": " + n % 12 + ", \"crew\": [\"c\", " + n % 3 + "]}")
                    .field(n % LONG_NOTES_EVERY == 0 ? notes(lane) : null)
                    .field(moment)
                    .endRow();
        }
        return copy(lane, "projects.task", text);
    }

    static long copy(Lane lane, String table, CopyText text) throws SQLException {
        try {
            return text.copyInto(lane.connection, table);
        } catch (IOException e) {
            throw new SQLException("the rows of a COPY could not be sent", e);
        }
    }

    static long update(Lane lane) throws SQLException {
        return onWindow(lane, UPDATE);
    }

    static long label(Lane lane) throws SQLException {
        return onWindow(lane, LABEL);
    }

    static long rewriteNotes(Lane lane) throws SQLException {
        if (lane.tasks.isEmpty()) {
            return 0;
        }
        Block window = lane.tasks.any(lane.random).window(3, lane.random);
        long tick = lane.tick();
        return Sql.run(lane.connection, REWRITE_NOTES, tick, tick, window.from(), window.to());
    }

    /** Writes what is there already: an event without a difference. */
    static long touch(Lane lane) throws SQLException {
        if (lane.tasks.isEmpty()) {
            return 0;
        }
        Block window = lane.tasks.any(lane.random).window(5, lane.random);
        return Sql.run(lane.connection, TOUCH, window.from(), window.to());
    }

    static long delete(Lane lane) throws SQLException {
        if (lane.tasks.isEmpty()) {
            return 0;
        }
        Block block = lane.tasks.any(lane.random);
        Block window = block.window(Math.max(1, lane.batch / 2), lane.random);
        if (window.equals(block)) {
            lane.tasks.remove(block);
        }
        return Sql.run(lane.connection, DELETE, window.from(), window.to());
    }

    /** Tasks get other identities. */
    static long move(Lane lane) throws SQLException {
        if (lane.tasks.isEmpty()) {
            return 0;
        }
        Block window = lane.tasks.any(lane.random).window(Math.max(1, lane.batch / 2), lane.random);
        Block fresh = Numbers.TASK.take(lane.connection, window.size());
        lane.tasks.add(fresh);
        return Sql.run(lane.connection, MOVE, window.from(), fresh.from(), lane.tick(), window.from(), window.to());
    }

    private static long onWindow(Lane lane, String sql) throws SQLException {
        if (lane.tasks.isEmpty()) {
            return 0;
        }
        Block window = lane.tasks.any(lane.random).window(lane.batch, lane.random);
        long tick = lane.tick();
        return Sql.run(lane.connection, sql, tick, tick, window.from(), window.to());
    }

    /** Text that does not compress. */
    private static String notes(Lane lane) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200 + lane.random.nextInt(200); i++) {
            text.append(Long.toHexString(lane.random.nextLong()));
        }
        return text.toString();
    }
}
