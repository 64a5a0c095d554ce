package io.fedmesh.sample;

import java.sql.SQLException;

/** What happens to projects and contractors: few rows that many others refer to. */
final class ProjectSteps {
    private static final String INSERT_PROJECTS = Sql.of("""
            insert into projects.project
            select {PROJECT_ID}, 'Project ' || n || (array[' – levee', ' – bridge', ' – "annex"', E' – dam\\t2'])[1 + n % 4],
              {AGENCY}, (array['planned', 'active', 'active', 'on-hold'])[1 + n % 4], 50000 + {MONEY} * 25,
              case when n % 6 <> 0 then {PERSON} end, case when n % 6 <> 0 then {EMAIL} end,
              case when n % 5 <> 0 then date '2026-03-01' + (n % 400)::integer end, false, 'not published ' || n, {NOW}
            from generate_series(?, ? - 1) n""");
    private static final String UPDATE_PROJECTS = Sql.of("""
            update projects.project
            set status = (array['active', 'on-hold', 'closed', 'active'])[1 + (n + moment) % 4],
              budget_amount = budget_amount + (moment % 7) * 1000.01,
              manager_name = case when moment % 3 = 0 then null else {PERSON n + moment} end,
              manager_email = case when moment % 3 = 0 then null else {EMAIL n + moment} end,
              archived = (n + moment) % 29 = 0, internal_remark = 'moment ' || moment, updated_at = {NOW}
            from (select n, {PROJECT_ID} as id, ?::bigint as moment from generate_series(?, ? - 1) n) s
            where project_id = id""");
    private static final String DELETE_PROJECTS = Sql.of(
            "delete from projects.project where project_id in (select {PROJECT_ID} from generate_series(?, ? - 1) n)");
    private static final String RENAME_PROJECT = Sql.of("""
            update projects.project set project_id = {PROJECT_ID fresh}, updated_at = {NOW}
            from (select ?::bigint as old, ?::bigint as fresh) s where project_id = {PROJECT_ID old}""");
    private static final String MOVE_COSTS = Sql.of("""
            update financials.cost_item set project_id = {PROJECT_ID fresh}, updated_at = {NOW}
            from (select ?::bigint as old, ?::bigint as fresh) s
            where project_id = {PROJECT_ID old} and line_no % 2 = ?""");
    private static final String INSERT_CONTRACTORS = Sql.of("""
            insert into financials.contractor
            select {CONTRACTOR_ID}, 'Contractor ' || n || ' & Söhne, Inc.', lpad((n * 7919 % 100)::text, 2, '0') || '-'
              || lpad((n * 104729 % 10000000)::text, 7, '0'), case when n % 4 <> 0 then {PERSON} end,
              case when n % 4 <> 0 then {EMAIL} end, n % 3 = 0, nullif(n % 6, 0)::integer,
              date '2020-02-29' + (n % 1000)::integer, {NOW}
            from generate_series(?, ? - 1) n""");
    private static final String UPDATE_CONTRACTORS = Sql.of("""
            update financials.contractor
            set rating = nullif((n + moment) % 6, 0)::integer,
              contact_email = case when moment % 2 = 0 then {EMAIL n + moment} end, updated_at = {NOW}
            from (select n, {CONTRACTOR_ID} as id, ?::bigint as moment from generate_series(?, ? - 1) n) s
            where contractor_id = id""");
    private static final String RENAME_CONTRACTOR = Sql.of("""
            update financials.contractor set contractor_id = {CONTRACTOR_ID fresh}, updated_at = {NOW}
            from (select ?::bigint as old, ?::bigint as fresh) s where contractor_id = {CONTRACTOR_ID old}""");

    private ProjectSteps() {}

    static long insertProjects(Lane lane, long count) throws SQLException {
        Block block = Numbers.PROJECT.take(lane.connection, count);
        lane.projects.add(block);
        return Sql.run(lane.connection, INSERT_PROJECTS, lane.tick(), block.from(), block.to());
    }

    static long insertContractors(Lane lane, long count) throws SQLException {
        Block block = Numbers.CONTRACTOR.take(lane.connection, count);
        lane.contractors.add(block);
        return Sql.run(lane.connection, INSERT_CONTRACTORS, lane.tick(), block.from(), block.to());
    }

    static long insertFew(Lane lane) throws SQLException {
        return insertProjects(lane, 1 + lane.random.nextInt(3)) + insertContractors(lane, 1);
    }

    static long update(Lane lane) throws SQLException {
        if (lane.projects.isEmpty()) {
            return 0;
        }
        Block window = lane.projects.any(lane.random).window(lane.batch, lane.random);
        long tick = lane.tick();
        return Sql.run(lane.connection, UPDATE_PROJECTS, tick, tick, window.from(), window.to());
    }

    static long updateContractors(Lane lane) throws SQLException {
        if (lane.contractors.isEmpty()) {
            return 0;
        }
        Block window = lane.contractors.any(lane.random).window(lane.batch, lane.random);
        long tick = lane.tick();
        return Sql.run(lane.connection, UPDATE_CONTRACTORS, tick, tick, window.from(), window.to());
    }

    static long delete(Lane lane) throws SQLException {
        if (lane.projects.isEmpty()) {
            return 0;
        }
        Block window = lane.projects.any(lane.random).window(1, lane.random);
        return Sql.run(lane.connection, DELETE_PROJECTS, window.from(), window.to());
    }

    /** A project gets another identity, and its cost items of this lane follow: primary keys change in two tables. */
    static long rename(Lane lane) throws SQLException {
        if (lane.projects.isEmpty()) {
            return 0;
        }
        long from = lane.projects.any(lane.random).window(1, lane.random).from();
        Block to = Numbers.PROJECT.take(lane.connection, 1);
        lane.projects.add(to);
        long tick = lane.tick();
        return Sql.run(lane.connection, RENAME_PROJECT, tick, from, to.from())
                + Sql.run(lane.connection, MOVE_COSTS, tick, from, to.from(), lane.number);
    }

    static long renameContractor(Lane lane) throws SQLException {
        if (lane.contractors.isEmpty()) {
            return 0;
        }
        long from = lane.contractors.any(lane.random).window(1, lane.random).from();
        Block to = Numbers.CONTRACTOR.take(lane.connection, 1);
        lane.contractors.add(to);
        return Sql.run(lane.connection, RENAME_CONTRACTOR, lane.tick(), from, to.from());
    }
}
