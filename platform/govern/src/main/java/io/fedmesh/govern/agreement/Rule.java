package io.fedmesh.govern.agreement;

/** The rules of the workflow, one by one, so that a test can leave one out and must see that it is missed. */
enum Rule {
    /** Who commands is who the alias means, at that moment. */
    AN_IDENTITY_IS_RESOLVED,
    /** No event is older than the one before it. */
    TIME_DOES_NOT_GO_BACK,
    /** Only an operator says who there is. */
    A_DIRECTORY_IS_AN_OPERATORS,
    /** An alias never comes to mean somebody else. */
    AN_ALIAS_IS_FOR_EVER,
    /** Who asks is a consumer and asks for itself, for whom it acts for, or for its team. */
    AN_ASKER_MAY_ASK,
    /** An agreement ends within a year. */
    AN_END_IS_BOUNDED,
    /** Owner or steward of the owning domain. */
    AN_APPROVER_HOLDS_OFFICE,
    /** No asker approves, by whatever name. */
    NOBODY_APPROVES_FOR_ITSELF,
    /** Nor anybody whom the agreement serves. */
    NOBODY_APPROVES_WHAT_SERVES_IT,
    /** Nor anybody who acts for an asker, or for whom an asker acts. */
    A_DELEGATE_IS_NOBODY_ELSE,
    /** Once near is near as long as the agreement is. */
    NEARNESS_IS_REMEMBERED,
    /** What is approved is the request that was read. */
    AN_APPROVAL_NAMES_ITS_REQUEST,
    /** An edited request begins without approvals. */
    AN_EDIT_VOIDS_APPROVALS,
    /** What has ended is not approved. */
    WHAT_IS_OVER_IS_NOT_APPROVED,
    /** Confidential and above need two. */
    CONFIDENTIAL_NEEDS_TWO,
    /** Two are two persons, neither acting for the other. */
    TWO_ARE_TWO_PERSONS,
    /** What is denied or revoked is closed. */
    CLOSED_IS_CLOSED,
    /** What is over is not live. */
    AN_END_ENDS,
    /** What is not begun is not live. */
    A_BEGINNING_BEGINS,
    /** Broken glass lasts for hours. */
    BROKEN_GLASS_IS_BOUNDED,
    /** Only operators and office holders break glass, each for itself. */
    BREAKING_GLASS_IS_FOR_SOME,
    /** Who has not been reviewed does not break glass again. */
    BROKEN_GLASS_IS_REVIEWED,
    /** A command counts once. */
    A_COMMAND_COUNTS_ONCE
}
