package io.fedmesh.cdc.internal;

import org.jspecify.annotations.Nullable;

/**
 * A column as PostgreSQL's catalog has it.
 *
 * @param type name of the type, for example {@code int8}
 * @param kind {@code pg_type.typtype}: {@code b} base, {@code e} enum, {@code d} domain
 * @param element name of an array's element type, null otherwise
 * @param elementKind its {@code typtype}
 */
record ColumnType(
        String type,
        String kind,
        @Nullable String element,
        @Nullable String elementKind,
        boolean isNotNull,
        boolean isPrimaryKey) {}
