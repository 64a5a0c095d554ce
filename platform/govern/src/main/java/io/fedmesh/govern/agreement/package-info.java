/** Who may read which product, for what purpose, until when: requests, approvals and what follows from them. */
@NullMarked
package io.fedmesh.govern.agreement;

import org.jspecify.annotations.NullMarked;
