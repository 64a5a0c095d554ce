package io.fedmesh.govern.internal.plan;

import io.fedmesh.govern.DesiredState;
import io.fedmesh.govern.Grant;
import io.fedmesh.govern.Plan;
import io.fedmesh.govern.agreement.AgreementGrants;
import io.fedmesh.govern.internal.GrantRules;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What the mesh's principals may do. A DENY is somebody's decision and stays; what a principal outside the mesh may do with
 * the mesh's things is said and not touched.
 */
public final class GrantKeeper implements Keeper {
    private static final String EVERY = "*";

    private final Acls acls;
    private final Predicate<String> owned;

    /** Of everybody whose grants follow from contracts or agreements. */
    public GrantKeeper(Acls acls) {
        this(acls, principal -> GrantRules.owns(principal) || AgreementGrants.owns(principal));
    }

    private GrantKeeper(Acls acls, Predicate<String> owned) {
        this.acls = acls;
        this.owned = owned;
    }

    /** Of consumers alone, whose grants follow from agreements. */
    public static GrantKeeper ofConsumers(Acls acls) {
        return new GrantKeeper(acls, AgreementGrants::owns);
    }

    @Override
    public Plan.Thing thing() {
        return Plan.Thing.GRANT;
    }

    @Override
    public Comparison compare(DesiredState desired) {
        Comparison found = new Comparison(thing());
        Map<String, AclBinding> wanted = wanted(desired);
        Map<ResourceType, Set<String>> names = names(desired);
        Set<String> there = new HashSet<>();
        for (AclBinding binding : acls.entries()) {
            String text = AclEntries.text(binding);
            boolean isDenied = binding.entry().permissionType() != AclPermissionType.ALLOW;
            if (isOurs(binding, desired)) {
                if (isDenied) {
                    found.notes.add("[grants] an entry that denies stays: " + text);
                    continue;
                }
                found.facts.add(text);
                there.add(text);
                if (!wanted.containsKey(text)) {
                    found.remove(text);
                }
            } else if (!isDenied
                    && !AclEntries.principal(binding).equals(DesiredState.OPERATOR)
                    && reaches(binding.pattern(), names)) {
                found.strays.add("[grants] no contract and no agreement gives: " + text);
            }
        }
        wanted.keySet().stream().filter(text -> !there.contains(text)).forEach(text -> found.add(text, null));
        return found;
    }

    @Override
    public void carryOut(DesiredState desired, Plan.Action action, List<Plan.Change> changes) {
        Set<String> texts = changes.stream().map(Plan.Change::name).collect(Collectors.toSet());
        switch (action) {
            case ADD -> {
                Map<String, AclBinding> wanted = wanted(desired);
                acls.add(texts.stream().map(wanted::get).toList());
            }
            case CHANGE -> throw new IllegalArgumentException("a grant has nothing to change");
            case REMOVE -> {
                List<AclBinding> surplus = acls.entries().stream()
                        .filter(binding -> binding.entry().permissionType() == AclPermissionType.ALLOW
                                && isOurs(binding, desired)
                                && texts.contains(AclEntries.text(binding)))
                        .toList();
                if (!surplus.isEmpty()) {
                    acls.remove(surplus);
                }
            }
        }
    }

    private boolean isOurs(AclBinding binding, DesiredState desired) {
        String principal = AclEntries.principal(binding);
        return owned.test(principal) || desired.consumers().contains(principal);
    }

    private static Map<String, AclBinding> wanted(DesiredState desired) {
        Map<String, AclBinding> wanted = new TreeMap<>();
        for (Grant grant : desired.grants()) {
            AclEntries.of(grant).forEach(binding -> wanted.put(AclEntries.text(binding), binding));
        }
        return wanted;
    }

    /** What is the mesh's on the brokers, by kind; of a prefix, the prefix. */
    private static Map<ResourceType, Set<String>> names(DesiredState desired) {
        Map<ResourceType, Set<String>> names = new TreeMap<>();
        desired.topics()
                .forEach(topic -> names.computeIfAbsent(ResourceType.TOPIC, k -> new HashSet<>())
                        .add(topic.name()));
        desired.grants()
                .forEach(grant -> names.computeIfAbsent(AclEntries.type(grant.resource()), k -> new HashSet<>())
                        .add(grant.name()));
        return names;
    }

    private static boolean reaches(ResourcePattern pattern, Map<ResourceType, Set<String>> names) {
        Set<String> ours = names.getOrDefault(pattern.resourceType(), Set.of());
        String name = pattern.name();
        if (pattern.patternType() == PatternType.PREFIXED) {
            return ours.stream().anyMatch(our -> our.startsWith(name));
        }
        return name.equals(EVERY) ? !ours.isEmpty() : ours.contains(name);
    }
}
