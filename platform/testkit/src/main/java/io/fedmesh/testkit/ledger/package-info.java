/** The ledger oracle: decides from what the source did and what is observed downstream whether anything is lost, twice or wrong. */
@org.jspecify.annotations.NullMarked
package io.fedmesh.testkit.ledger;
