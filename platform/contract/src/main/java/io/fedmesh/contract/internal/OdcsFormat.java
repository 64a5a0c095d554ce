package io.fedmesh.contract.internal;

import static io.fedmesh.contract.internal.OdcsParts.CUSTOM;
import static io.fedmesh.contract.internal.OdcsParts.ID;
import static io.fedmesh.contract.internal.OdcsParts.LINKS;
import static io.fedmesh.contract.internal.OdcsParts.ROLE;
import static io.fedmesh.contract.internal.OdcsParts.TAGS;
import static io.fedmesh.contract.internal.Shape.list;
import static io.fedmesh.contract.internal.Shape.number;
import static io.fedmesh.contract.internal.Shape.object;
import static io.fedmesh.contract.internal.Shape.oneOf;
import static io.fedmesh.contract.internal.Shape.text;
import static io.fedmesh.contract.internal.Shape.value;

import io.fedmesh.contract.internal.Shape.Obj;

/**
 * The Open Data Contract Standard 3.1 as Fedmesh reads it: which keys a document may have and what they hold. It knows
 * nothing of Fedmesh's own rules. Source: bitol-io.github.io/open-data-contract-standard, version 3.1.0.
 */
final class OdcsFormat {
    private OdcsFormat() {}

    /** The standard lets it have further keys; Fedmesh does not. */
    static final Obj DESCRIPTION = object().may(text(), "usage", "purpose", "limitations")
            .may("authoritativeDefinitions", LINKS)
            .may("customProperties", CUSTOM);

    /** The whole document. */
    static final Shape DOCUMENT = object().must(
                    "apiVersion", oneOf("v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0", "v2.2.2", "v2.2.1", "v2.2.0"))
            .must("kind", oneOf("DataContract"))
            .must("id", text())
            .must("version", text())
            .must("status", text())
            .may(text(), "name", "tenant", "domain", "dataProduct", "slaDefaultElement", "contractCreatedTs")
            .may("description", DESCRIPTION.open())
            .may("tags", TAGS)
            .may("authoritativeDefinitions", LINKS)
            .may("customProperties", CUSTOM)
            .may("servers", list(OdcsServers.SERVER))
            .may("schema", list(OdcsSchema.OBJECT))
            .may(
                    "support",
                    list(object().must("channel", text())
                            .may("id", ID)
                            .may(text(), "url", "description", "tool", "scope", "invitationUrl")
                            .may("customProperties", CUSTOM)))
            .may("price", object().may("id", ID).may("priceAmount", number()).may(text(), "priceCurrency", "priceUnit"))
            .may("team", team())
            .may("roles", list(ROLE))
            .may(
                    "slaProperties",
                    list(object().must("property", text())
                            .must("value", value())
                            .may("id", ID)
                            .may("valueExt", value())
                            .may(text(), "unit", "element", "driver", "description", "scheduler", "schedule")));

    private static Shape team() {
        Shape member = object().must("username", text())
                .may("id", ID)
                .may(text(), "name", "description", "role", "dateIn", "dateOut", "replacedByUsername")
                .may("tags", TAGS)
                .may("customProperties", CUSTOM)
                .may("authoritativeDefinitions", LINKS);
        Shape team = object().may("id", ID)
                .may(text(), "name", "description")
                .may("members", list(member))
                .may("tags", TAGS)
                .may("customProperties", CUSTOM)
                .may("authoritativeDefinitions", LINKS);
        Shape members = list(member);
        return (node, path, report) -> (node instanceof Node.Sequence ? members : team).check(node, path, report);
    }
}
