package io.fedmesh.faults.internal;

import java.util.List;

/**
 * What a schedule showed.
 *
 * @param seed reproduces it
 * @param faults drawn, and how often each has bitten
 * @param committedRows row changes committed
 * @param figures of the oracle, for people
 * @param ownEnds processes that ended without being told to
 * @param workSeconds from the first change to the last
 * @param quietSeconds from the end of the faults until everything had arrived
 * @param checkSeconds of the oracle
 * @param findings what is wrong; empty when nothing is
 */
public record Verdict(
        long seed,
        List<Bite> faults,
        long committedRows,
        String figures,
        int ownEnds,
        double workSeconds,
        double quietSeconds,
        double checkSeconds,
        List<String> findings) {

    /** A fault and how often it has bitten. */
    public record Bite(String fault, long bites) {}

    public Verdict {
        faults = List.copyOf(faults);
        findings = List.copyOf(findings);
    }

    public boolean isClean() {
        return findings.isEmpty();
    }
}
