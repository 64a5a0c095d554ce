/** Who somebody is, by what it shows: a token of this mesh, or one of an identity provider. */
@NullMarked
package io.fedmesh.govern.identity;

import org.jspecify.annotations.NullMarked;
