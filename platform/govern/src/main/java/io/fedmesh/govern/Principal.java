package io.fedmesh.govern;

/**
 * Who asks, after authentication. A value.
 *
 * @param name stable subject id; not blank
 */
public record Principal(String name) {
    public Principal {
        if (name.isBlank()) {
            throw new IllegalArgumentException("'name' of a principal must not be blank");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
