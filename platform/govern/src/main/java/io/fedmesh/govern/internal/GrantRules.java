package io.fedmesh.govern.internal;

import static io.fedmesh.govern.Grant.Match.LITERAL;
import static io.fedmesh.govern.Grant.Match.PREFIX;
import static io.fedmesh.govern.Grant.Operation.CREATE;
import static io.fedmesh.govern.Grant.Operation.DELETE;
import static io.fedmesh.govern.Grant.Operation.DESCRIBE;
import static io.fedmesh.govern.Grant.Operation.DESCRIBE_CONFIGS;
import static io.fedmesh.govern.Grant.Operation.READ;
import static io.fedmesh.govern.Grant.Operation.WRITE;
import static io.fedmesh.govern.Grant.Resource.GROUP;
import static io.fedmesh.govern.Grant.Resource.TOPIC;
import static io.fedmesh.govern.Grant.Resource.TRANSACTIONAL_ID;

import io.fedmesh.contract.Contract;
import io.fedmesh.contract.Contracts;
import io.fedmesh.contract.InvalidContractsException;
import io.fedmesh.contract.Names;
import io.fedmesh.contract.Problem;
import io.fedmesh.contract.ProductName;
import io.fedmesh.contract.Source;
import io.fedmesh.contract.TopicName;
import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Grant;
import io.fedmesh.govern.agreement.KafkaGovernanceLog;
import io.fedmesh.govern.audit.AuditSettings;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Who may do what: one principal a component, each with the least it needs. Prefixes only for what Kafka Streams names
 * itself, and these end in a separator.
 */
public final class GrantRules {
    private static final Pattern COMPONENT = Pattern.compile("[a-z][a-z0-9-]{0,30}\\.(cdc|stream)");

    private final Map<Grant, Set<Grant.Operation>> merged = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private GrantRules() {}

    /**
     * Whether a principal's grants belong to the mesh, so that one that is not desired is revoked: components of any
     * domain, of one that is gone as well, and the platform's own; never the operator, never anybody else. Consumers of
     * agreements are another's: {@link io.fedmesh.govern.agreement.AgreementGrants#owns}.
     */
    public static boolean owns(String principal) {
        return principal.equals(DesiredState.SINK)
                || principal.equals(DesiredState.READER)
                || principal.equals(DesiredState.REPLAYER)
                || principal.equals(DesiredState.DESK)
                || principal.equals(DesiredState.GOVERNOR)
                || principal.equals(DesiredState.AUDIT)
                || principal.equals(DesiredState.AUDITOR)
                || COMPONENT.matcher(principal).matches();
    }

    /** Every grant, sorted; operations on one resource are merged. */
    public static List<Grant> grants(Contracts contracts) throws InvalidContractsException {
        GrantRules rules = new GrantRules();
        contracts.domains().stream()
                .filter(d -> d.name().equals(DesiredState.PLATFORM))
                .forEach(d -> rules.problems.add(new Problem(
                        d.file(), 1, "reserved-name", "'name' must not be 'mesh', which is the platform's own")));
        for (Source source : contracts.sources()) {
            rules.capture(source, source.products(contracts.products()));
        }
        for (Contract contract : contracts.products()) {
            if (contract.origin() instanceof Contract.Derived derived) {
                rules.topology(contracts, contract, derived);
            }
            rules.sink(contract);
            rules.replayer(contract);
        }
        rules.governance();
        rules.audit();
        if (!rules.problems.isEmpty()) {
            throw new InvalidContractsException(rules.problems);
        }
        return rules.merged.entrySet().stream()
                .map(e -> new Grant(
                        e.getKey().principal(),
                        e.getValue(),
                        e.getKey().resource(),
                        e.getKey().name(),
                        e.getKey().match()))
                .sorted()
                .toList();
    }

    private void capture(Source source, List<Contract> products) {
        String principal = Names.principal(source.domain(), "cdc");
        for (Contract product : products) {
            // It reads its own topic too: a TRUNCATE becomes a tombstone for every live key.
            add(principal, TOPIC, product.topic().toString(), LITERAL, READ, WRITE, DESCRIBE);
            add(principal, TOPIC, product.topic().rejected().toString(), LITERAL, WRITE, DESCRIBE);
        }
        String position = source.positionTopic().toString();
        add(principal, TOPIC, position, LITERAL, READ, WRITE, DESCRIBE);
        String transactionalId = Names.transactionalId(source.domain(), "cdc", source.name());
        add(principal, TRANSACTIONAL_ID, transactionalId, LITERAL, WRITE, DESCRIBE);
        add(DesiredState.READER, TOPIC, position, LITERAL, READ, DESCRIBE);
    }

    private void topology(Contracts contracts, Contract product, Contract.Derived derived) {
        String domain = product.name().domain();
        String principal = Names.principal(domain, "stream");
        String applicationId = Names.applicationId(domain, derived.topology());
        String internal = Names.internalPrefix(applicationId);
        for (ProductName name : derived.inputs()) {
            contracts
                    .product(name)
                    .ifPresentOrElse(
                            input -> input(product, principal, input),
                            () -> problem(product, "'inputs' must name products of the mesh but was '" + name + "'"));
        }
        add(principal, TOPIC, product.topic().toString(), LITERAL, WRITE, DESCRIBE);
        add(principal, TOPIC, product.topic().rejected().toString(), LITERAL, WRITE, DESCRIBE);
        // DELETE: Streams purges the records of a repartition topic that it has processed.
        add(principal, TOPIC, internal, PREFIX, READ, WRITE, CREATE, DELETE, DESCRIBE, DESCRIBE_CONFIGS);
        add(principal, TRANSACTIONAL_ID, internal, PREFIX, WRITE, DESCRIBE);
        add(principal, GROUP, applicationId, LITERAL, READ, DESCRIBE);
        add(DesiredState.READER, GROUP, applicationId, LITERAL, DESCRIBE);
        add(DesiredState.READER, TOPIC, internal, PREFIX, DESCRIBE);
    }

    private void input(Contract product, String principal, Contract input) {
        TopicName topic = input.topic();
        boolean own = topic.domain().equals(product.name().domain());
        if (!own && topic.visibility() != TopicName.Visibility.PUBLIC) {
            problem(
                    product,
                    "'inputs' across domains must have visibility 'public' but '" + input.name() + "' has '"
                            + topic.visibility() + "'");
            return;
        }
        add(principal, TOPIC, topic.toString(), LITERAL, READ, DESCRIBE);
    }

    private void sink(Contract product) {
        String group = Names.sinkGroup(product.name());
        add(DesiredState.SINK, GROUP, group, LITERAL, READ, DESCRIBE);
        add(DesiredState.READER, GROUP, group, LITERAL, DESCRIBE);
        TopicName topic = product.topic();
        add(DesiredState.SINK, TOPIC, topic.toString(), LITERAL, READ, DESCRIBE);
        add(DesiredState.SINK, TOPIC, topic.rejected().toString(), LITERAL, WRITE, DESCRIBE);
        add(DesiredState.READER, TOPIC, topic.toString(), LITERAL, DESCRIBE, DESCRIBE_CONFIGS);
        add(DesiredState.READER, TOPIC, topic.rejected().toString(), LITERAL, DESCRIBE);
    }

    /** It reads its topic too: an old state must not be put behind a newer one. */
    private void replayer(Contract product) {
        TopicName topic = product.topic();
        add(DesiredState.REPLAYER, TOPIC, topic.toString(), LITERAL, READ, WRITE, DESCRIBE);
        add(DesiredState.REPLAYER, TOPIC, topic.rejected().toString(), LITERAL, READ, WRITE, DESCRIBE);
        String transactionalId = Names.transactionalId(
                product.name().domain(), "replay", product.name().product());
        add(DesiredState.REPLAYER, TRANSACTIONAL_ID, transactionalId, LITERAL, WRITE, DESCRIBE);
    }

    /** Who runs commands writes the record of agreements; who decides by it reads it. */
    private void governance() {
        add(DesiredState.DESK, TOPIC, KafkaGovernanceLog.TOPIC, LITERAL, READ, WRITE, DESCRIBE);
        add(DesiredState.GOVERNOR, TOPIC, KafkaGovernanceLog.TOPIC, LITERAL, READ, DESCRIBE);
        add(DesiredState.READER, TOPIC, KafkaGovernanceLog.TOPIC, LITERAL, READ, DESCRIBE);
    }

    /** Who writes reads too: a chain goes on from where it ends. Nobody else of the mesh has any business there. */
    private void audit() {
        AuditSettings audit = AuditSettings.ofMesh(AuditSettings.FOR_EVER);
        String topic = audit.topic().toString();
        add(DesiredState.AUDIT, TOPIC, topic, LITERAL, READ, WRITE, DESCRIBE);
        for (int partition = 0; partition < AuditSettings.PARTITIONS; partition++) {
            add(DesiredState.AUDIT, TRANSACTIONAL_ID, audit.transactionalId(partition), LITERAL, WRITE, DESCRIBE);
        }
        add(DesiredState.AUDITOR, TOPIC, topic, LITERAL, READ, DESCRIBE);
    }

    private void problem(Contract product, String message) {
        problems.add(new Problem(product.file(), 1, "input", message));
    }

    private void add(
            String principal,
            Grant.Resource resource,
            String name,
            Grant.Match match,
            Grant.Operation first,
            Grant.Operation... more) {
        Grant key = new Grant(principal, EnumSet.of(DESCRIBE), resource, name, match);
        merged.computeIfAbsent(key, k -> EnumSet.noneOf(Grant.Operation.class)).addAll(EnumSet.of(first, more));
    }
}
