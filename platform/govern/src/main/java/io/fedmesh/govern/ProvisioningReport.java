package io.fedmesh.govern;

import java.util.List;

/**
 * What {@link Provisioner#apply} did; every list is empty when everything stood already.
 *
 * @param done changes that were made and read back
 * @param withheld removals of data that nobody allowed by name
 * @param failed a change and why it was not made, or cannot be seen though it was accepted
 * @param notes what was seen and left alone, for a person to judge
 */
public record ProvisioningReport(
        List<Plan.Change> done, List<Plan.Change> withheld, List<String> failed, List<String> notes) {
    public ProvisioningReport {
        done = List.copyOf(done);
        withheld = List.copyOf(withheld);
        failed = List.copyOf(failed);
        notes = List.copyOf(notes);
    }

    /** Whether all that was planned is done. */
    public boolean isWhole() {
        return withheld.isEmpty() && failed.isEmpty();
    }
}
