package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.Shape.any;
import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.text;

import java.util.regex.Pattern;

/** What several places of the Open Data Contract Standard 3.1 share. */
final class OdcsParts {
    static final Shape ID = text(Pattern.compile("[A-Za-z0-9_-]+"));
    static final Shape TAGS = list(text());
    static final Shape CUSTOM = list(
            object().must("property", text()).must("value", any()).may("id", ID).may("description", text()));
    static final Shape LINKS =
            list(object().must("url", text()).must("type", text()).may("id", ID).may("description", text()));
    static final Shape ROLE = object().must("role", text())
            .may("id", ID)
            .may(text(), "description", "access", "firstLevelApprovers", "secondLevelApprovers")
            .may("customProperties", CUSTOM);

    private OdcsParts() {}
}
