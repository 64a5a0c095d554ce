package io.fedmesh.sample;

/** Cost items of some projects: for every project the same lines, counted within the lane. */
record CostBlock(Block projects, Block lines) {}
