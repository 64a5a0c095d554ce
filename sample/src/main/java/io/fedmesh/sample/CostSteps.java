package io.fedmesh.sample;

import java.sql.SQLException;

/** What happens to cost items, whose key has two parts. A lane owns the even or the odd lines. */
final class CostSteps {
    private static final String INSERT = Sql.of("""
            insert into financials.cost_item
            select {PROJECT_ID}, 2 * line + ?, 'Item ' || n || '/' || line,
              (array['labour', 'material', 'equipment', 'services'])[1 + (n + line) % 4], {MONEY n * 1000 + line},
              case (n + line) % 5 when 0 then null when 1 then 0 else {MONEY n * 1000 + line + 7} end, {NOW}
            from generate_series(?, ? - 1) n, generate_series(?::integer, ?::integer - 1) line""");
    /** The whole keys, so that every row is found by the index. */
    private static final String KEYS = """
            (select {PROJECT_ID} as id, (2 * line + ?)::integer as at, ?::bigint as moment
              from generate_series(?, ? - 1) n, generate_series(?::integer, ?::integer - 1) line) s
            where project_id = s.id and line_no = s.at""";

    private static final String BOOK = Sql.of("""
            update financials.cost_item
            set actual = case when (moment + line_no) % 11 = 0 then null else coalesce(actual, 0) + 100.01 end,
              updated_at = {NOW}
            from """ + KEYS);
    private static final String REPLAN = Sql.of("""
            update financials.cost_item
            set budgeted = greatest(budgeted + (moment % 3 - 1) * 250.75, 0),
              category = (array['services', 'labour', 'material', 'equipment'])[1 + (moment + line_no) % 4],
              updated_at = {NOW}
            from """ + KEYS);
    private static final String MOVE = Sql.of("""
            update financials.cost_item set line_no = line_no + 2 * moment::integer, updated_at = {NOW}
            from """ + KEYS);
    private static final String DELETE = Sql.of("delete from financials.cost_item using " + KEYS);

    private CostSteps() {}

    static long insert(Lane lane) throws SQLException {
        CostBlock block = fresh(lane);
        return Sql.run(
                lane.connection,
                INSERT,
                lane.number,
                lane.tick(),
                block.projects().from(),
                block.projects().to(),
                block.lines().from(),
                block.lines().to());
    }

    static long copy(Lane lane) throws SQLException {
        CostBlock block = fresh(lane);
        String moment = CopyText.moment(lane.tick());
        CopyText text = new CopyText();
        for (long n = block.projects().from(); n < block.projects().to(); n++) {
            for (long line = block.lines().from(); line < block.lines().to(); line++) {
                long cents = Math.floorMod((n * 7919 + line) * 104_729, 1_000_000L);
                text.field(CopyText.projectId(n))
                        .field(2 * line + lane.number)
                        .field("Copied item " + n + "/" + line)
                        .field("material")
                        .field(cents / 100 + "." + (10 + cents % 90))
                        .field(line % 3 == 0 ? null : cents / 120 + ".05")
                        .field(moment)
                        .endRow();
            }
        }
        return TaskSteps.copy(lane, "financials.cost_item", text);
    }

    static long book(Lane lane) throws SQLException {
        return onBlock(lane, BOOK);
    }

    static long replan(Lane lane) throws SQLException {
        return onBlock(lane, REPLAN);
    }

    /** Cost items get other line numbers: one part of the key changes. */
    static long move(Lane lane) throws SQLException {
        if (lane.costs.isEmpty()) {
            return 0;
        }
        CostBlock block = lane.costs.any(lane.random);
        Block fresh = Numbers.LINE.take(lane.connection, block.lines().size());
        lane.costs.remove(block);
        lane.costs.add(new CostBlock(block.projects(), fresh));
        return run(lane, MOVE, block, fresh.from() - block.lines().from());
    }

    static long delete(Lane lane) throws SQLException {
        if (lane.costs.isEmpty()) {
            return 0;
        }
        CostBlock block = lane.costs.any(lane.random);
        Block part = block.projects().window(Math.max(1, block.projects().size() / 3), lane.random);
        if (part.equals(block.projects())) {
            lane.costs.remove(block);
        }
        return Sql.run(
                lane.connection,
                DELETE,
                lane.number,
                0,
                part.from(),
                part.to(),
                block.lines().from(),
                block.lines().to());
    }

    /** New lines for a run of projects, a batch of rows in all. */
    private static CostBlock fresh(Lane lane) throws SQLException {
        Block projects = lane.allProjects.window(lane.batch, lane.random);
        Block lines = Numbers.LINE.take(lane.connection, Math.max(1, lane.batch / projects.size()));
        CostBlock block = new CostBlock(projects, lines);
        lane.costs.add(block);
        return block;
    }

    private static long onBlock(Lane lane, String sql) throws SQLException {
        return lane.costs.isEmpty() ? 0 : run(lane, sql, lane.costs.any(lane.random), lane.tick());
    }

    private static long run(Lane lane, String sql, CostBlock block, long moment) throws SQLException {
        return Sql.run(
                lane.connection,
                sql,
                lane.tick(),
                lane.number,
                moment,
                block.projects().from(),
                block.projects().to(),
                block.lines().from(),
                block.lines().to());
    }
}
