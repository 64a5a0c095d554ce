package io.fedmesh.contract.internal;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.Immutable;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import java.util.Optional;

/**
 * What an expression can ask, and its types: {@link PolicyFacts} fills what is declared here. {@code erasureSubject} and the
 * parts of {@code origin} but {@code kind} may be absent, for {@code has}.
 */
@Immutable
final class PolicyTypes implements CelTypeProvider {
    private static final CelType TEXTS = ListType.create(SimpleType.STRING);
    private static final ImmutableMap<String, CelType> TYPES = ImmutableMap.<String, CelType>builder()
            .put(
                    "fedmesh.Contract",
                    struct(
                            "fedmesh.Contract",
                            ImmutableMap.<String, CelType>builder()
                                    .put("name", SimpleType.STRING)
                                    .put("domain", SimpleType.STRING)
                                    .put("product", SimpleType.STRING)
                                    .put("version", SimpleType.STRING)
                                    .put("status", SimpleType.STRING)
                                    .put("description", SimpleType.STRING)
                                    .put("owner", SimpleType.STRING)
                                    .put("costCentre", SimpleType.STRING)
                                    .put("visibility", SimpleType.STRING)
                                    .put("classification", SimpleType.STRING)
                                    .put("level", SimpleType.INT)
                                    .put("fields", ListType.create(StructTypeReference.create("fedmesh.Field")))
                                    .put("key", TEXTS)
                                    .put("erasureSubject", SimpleType.STRING)
                                    .put("retention", StructTypeReference.create("fedmesh.Retention"))
                                    .put("sla", StructTypeReference.create("fedmesh.Sla"))
                                    .put("partitions", SimpleType.INT)
                                    .put("origin", StructTypeReference.create("fedmesh.Origin"))
                                    .put("inputs", TEXTS)
                                    .put("quality", StructTypeReference.create("fedmesh.Quality"))
                                    .build()))
            .put(
                    "fedmesh.Field",
                    struct(
                            "fedmesh.Field",
                            ImmutableMap.<String, CelType>builder()
                                    .put("name", SimpleType.STRING)
                                    .put("type", SimpleType.STRING)
                                    .put("optional", SimpleType.BOOL)
                                    .put("classification", SimpleType.STRING)
                                    .put("level", SimpleType.INT)
                                    .put("tags", TEXTS)
                                    .put("protection", SimpleType.STRING)
                                    .put("mask", SimpleType.STRING)
                                    .build()))
            .put(
                    "fedmesh.Retention",
                    struct(
                            "fedmesh.Retention",
                            ImmutableMap.of("historySeconds", SimpleType.INT, "tombstonesSeconds", SimpleType.INT)))
            .put(
                    "fedmesh.Sla",
                    struct(
                            "fedmesh.Sla",
                            ImmutableMap.of("freshnessMs", SimpleType.INT, "availabilityPercent", SimpleType.DOUBLE)))
            .put(
                    "fedmesh.Origin",
                    struct(
                            "fedmesh.Origin",
                            ImmutableMap.of(
                                    "kind", SimpleType.STRING,
                                    "source", SimpleType.STRING,
                                    "table", SimpleType.STRING,
                                    "topology", SimpleType.STRING)))
            .put(
                    "fedmesh.Quality",
                    struct("fedmesh.Quality", ImmutableMap.of("audited", SimpleType.BOOL, "rules", SimpleType.INT)))
            .put(
                    "fedmesh.Change",
                    struct(
                            "fedmesh.Change",
                            ImmutableMap.of(
                                    "version", SimpleType.STRING,
                                    "fieldsAdded", TEXTS,
                                    "fieldsRemoved", TEXTS,
                                    "fieldsRetyped", TEXTS,
                                    "fieldsLowered", TEXTS)))
            .build();

    @Override
    public ImmutableCollection<CelType> types() {
        return TYPES.values();
    }

    @Override
    public Optional<CelType> findType(String name) {
        return Optional.ofNullable(TYPES.get(name));
    }

    private static CelType struct(String name, ImmutableMap<String, CelType> fields) {
        return StructType.create(
                name, ImmutableSet.copyOf(fields.keySet()), field -> Optional.ofNullable(fields.get(field)));
    }
}
