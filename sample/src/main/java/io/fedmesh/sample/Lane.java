package io.fedmesh.sample;

import java.sql.Connection;
import java.util.Random;

/**
 * One connection and the rows that it alone changes: two lanes interleave their transactions and never wait for each
 * other's locks, so that one thread can drive both.
 */
final class Lane {
    final int number;
    final Connection connection;
    final Random random;
    final int batch;
    final Blocks<Block> projects = new Blocks<>();
    final Blocks<Block> tasks = new Blocks<>();
    final Blocks<Block> contractors = new Blocks<>();
    final Blocks<Block> invoices = new Blocks<>();
    final Blocks<CostBlock> costs = new Blocks<>();

    /** Projects of both lanes: what tasks, cost items and invoices refer to. */
    Block allProjects = new Block(1, 2);

    Block allContractors = new Block(1, 2);

    /**
     * @param number 0 or 1
     * @param batch rows of a step, about
     */
    Lane(int number, Connection connection, Random random, int batch) {
        this.number = number;
        this.connection = connection;
        this.random = random;
        this.batch = batch;
    }

    void committed() {
        projects.commit();
        tasks.commit();
        contractors.commit();
        invoices.commit();
        costs.commit();
    }

    void rolledBack() {
        projects.rollback();
        tasks.rollback();
        contractors.rollback();
        invoices.rollback();
        costs.rollback();
    }

    /** A moment of the story, later than all before it. */
    long tick() throws java.sql.SQLException {
        return Numbers.TICK.take(connection, 1).from();
    }
}
