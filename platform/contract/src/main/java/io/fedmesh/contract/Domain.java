package io.fedmesh.contract;

import java.nio.file.Path;
import java.util.List;

/**
 * A team's area: {@code domains/<name>/domain.yaml}.
 *
 * @param name one part of the grammar, equal to its folder
 * @param description what the domain is, for people
 * @param owner who answers for it
 * @param costCentre who pays for it
 * @param stewards stable subject ids of the persons who may approve; not empty
 * @param file the domain's file, relative to the repository's root
 */
public record Domain(
        String name, String description, String owner, String costCentre, List<String> stewards, Path file) {}
