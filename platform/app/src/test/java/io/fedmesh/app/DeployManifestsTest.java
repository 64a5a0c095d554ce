package io.fedmesh.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fedmesh.app.internal.config.ConfigFile;
import io.fedmesh.app.internal.config.MeshConfig;
import io.fedmesh.local.ClassArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What deploy/ says, read as strictly as can be without a cluster. */
class DeployManifestsTest {
    private static final Path ROOT = Path.of(System.getProperty("fedmesh.root", "../.."));
    private static final Path DEPLOY = ROOT.resolve("deploy");
    private static final String COMPONENT = "app.kubernetes.io/component";
    private static final KubernetesSerialization KUBERNETES = new KubernetesSerialization();
    private static final List<HasMetadata> RESOURCES = read();
    private static final Map<String, String> OURS = Map.of("app.kubernetes.io/part-of", "fedmesh");

    @Test
    void everyManifestHasOnlyFieldsThatKubernetesKnows() {
        assertThat(RESOURCES).hasSizeGreaterThan(10);
        assertThat(RESOURCES)
                .allSatisfy(resource -> assertThat(unknown(resource)).isEmpty());
    }

    @Test
    void anUnknownFieldOrAKeyTwiceIsFound() {
        HasMetadata typo = parse("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, lables: {}}\n")
                .get(0);

        assertThat(unknown(typo)).containsExactly("ServiceAccount.metadata.lables");
        assertThatThrownBy(() -> parse("apiVersion: v1\nkind: Namespace\nkind: Namespace\n"))
                .hasMessageContaining("duplicate key");
    }

    @Test
    void everyResourceIsOursAndNamedOnce() {
        List<HasMetadata> resources = RESOURCES;

        assertThat(resources)
                .allSatisfy(resource ->
                        assertThat(resource.getMetadata().getLabels()).containsAllEntriesOf(OURS));
        assertThat(resources.stream()
                        .map(resource -> resource.getKind() + "/"
                                + resource.getMetadata().getName()))
                .doesNotHaveDuplicates();
    }

    @Test
    void kustomizationsListEveryFileAndNothingElse() {
        for (Path file : files("kustomization.yaml")) {
            Map<String, Object> kustomization = map(file);
            assertThat(kustomization)
                    .containsEntry("apiVersion", "kustomize.config.k8s.io/v1beta1")
                    .containsEntry("kind", "Kustomization");
            assertThat(kustomization.keySet())
                    .isSubsetOf(
                            "apiVersion",
                            "kind",
                            "namespace",
                            "resources",
                            "configMapGenerator",
                            "nameSuffix",
                            "labels",
                            "patches",
                            "images");
            Path folder = parent(file);
            List<?> resources = (List<?>) kustomization.getOrDefault("resources", List.of());
            assertThat(resources)
                    .allSatisfy(name ->
                            assertThat(folder.resolve(String.valueOf(name))).exists());
            Set<String> manifests = list(folder)
                    .map(path -> String.valueOf(path.getFileName()))
                    .filter(name ->
                            name.endsWith(".yaml") && !name.equals("kustomization.yaml") && !name.equals("mesh.yaml"))
                    .collect(Collectors.toSet());
            assertThat(resources.stream().map(String::valueOf).collect(Collectors.toSet()))
                    .as("%s", file)
                    .containsAll(manifests);
        }
    }

    @Test
    void everyPodIsRestricted() {
        assertThat(pods()).hasSize(5).allSatisfy((name, pod) -> {
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getRunAsUser()).isGreaterThanOrEqualTo(10_000);
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(List.of(
                            !Boolean.TRUE.equals(pod.getHostNetwork()),
                            !Boolean.TRUE.equals(pod.getHostPID()),
                            !Boolean.TRUE.equals(pod.getHostIPC()),
                            pod.getVolumes().stream().allMatch(volume -> volume.getHostPath() == null)))
                    .containsOnly(true);
            Container container = only(pod);
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue();
            assertThat(container.getSecurityContext().getPrivileged()).isNull();
            assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            assertThat(container.getSecurityContext().getCapabilities().getAdd())
                    .isEmpty();
        });
        assertThat(only(Namespace.class).getMetadata().getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    }

    @Test
    void everyContainerIsProbedAndBounded() {
        assertThat(pods()).allSatisfy((name, pod) -> {
            Container container = only(pod);
            assertThat(container.getPorts()).singleElement().satisfies(port -> {
                assertThat(port.getName()).isEqualTo("health");
                assertThat(port.getContainerPort()).isEqualTo(8080);
            });
            for (var probe : List.of(container.getLivenessProbe(), container.getStartupProbe())) {
                assertThat(probe.getHttpGet().getPath()).isEqualTo("/health/live");
                assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("health");
            }
            assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/health/ready");
            assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory", "ephemeral-storage");
            assertThat(container.getResources().getLimits()).containsKeys("memory", "ephemeral-storage");
            assertThat(container.getResources().getLimits().get("memory"))
                    .isEqualTo(container.getResources().getRequests().get("memory"));
        });
    }

    @Test
    void everyWorkloadRunsAProcessOfTheCommandLine() {
        assertThat(only(pod("cdc")).getArgs()).containsExactly("cdc", "run");
        assertThat(only(pod("sink")).getArgs()).containsExactly("sink", "run");
        assertThat(only(pod("upkeep")).getArgs()).containsExactly("lake", "run");
        assertThat(only(pod("governor")).getArgs()).containsExactly("govern", "run");
        assertThat(only(pod("stream")).getArgs()).containsExactly("stream", "run", "$(MESH_DOMAIN)");
        assertThat(only(pod("stream")).getEnv().get(1).getName())
                .as("the patch of a domain replaces the value at this place")
                .isEqualTo("MESH_DOMAIN");
        assertThat(pod("stream").getVolumes().get(1).getSecret().getSecretName())
                .as("the patch of a domain replaces the name at this place")
                .isEqualTo("mesh-stream");
    }

    @Test
    void everyReferenceFindsWhatItNames() {
        assertThat(pods()).allSatisfy((name, pod) -> {
            assertThat(named(ServiceAccount.class)).contains(pod.getServiceAccountName());
            Set<String> volumes =
                    pod.getVolumes().stream().map(Volume::getName).collect(Collectors.toCollection(TreeSet::new));
            volumes.addAll(claims(name));
            assertThat(only(pod).getVolumeMounts().stream().map(VolumeMount::getName))
                    .containsExactlyInAnyOrderElementsOf(volumes);
        });
        for (HasMetadata workload : workloads()) {
            assertThat(selector(workload).getMatchLabels())
                    .isEqualTo(template(workload).getMetadata().getLabels());
            if (workload instanceof StatefulSet set) {
                assertThat(named(Service.class)).contains(set.getSpec().getServiceName());
            }
            assertThat(of(PodDisruptionBudget.class)
                            .filter(budget -> budget.getSpec()
                                    .getSelector()
                                    .getMatchLabels()
                                    .equals(selector(workload).getMatchLabels())))
                    .hasSize(1);
        }
    }

    @Test
    void trafficIsDeniedButWhatAPolicyNames() {
        NetworkPolicy deny = of(NetworkPolicy.class)
                .filter(policy -> policy.getMetadata().getName().equals("deny-by-default"))
                .findFirst()
                .orElseThrow();
        assertThat(deny.getSpec().getPodSelector()).isEqualTo(new LabelSelector());
        assertThat(deny.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(deny.getSpec().getIngress()).isEmpty();
        assertThat(deny.getSpec().getEgress()).isEmpty();
        assertThat(of(NetworkPolicy.class)).allSatisfy(policy -> {
            assertThat(policy.getSpec().getIngress()).allSatisfy(rule -> {
                assertThat(rule.getFrom()).isNotEmpty();
                assertThat(rule.getPorts()).isNotEmpty();
            });
            assertThat(policy.getSpec().getEgress()).allSatisfy(rule -> {
                assertThat(rule.getTo())
                        .isNotEmpty()
                        .noneMatch(peer -> peer.getIpBlock() != null
                                && peer.getIpBlock().getCidr().endsWith("/0"));
                assertThat(rule.getPorts()).isNotEmpty();
            });
        });
    }

    @Test
    void rolesAndKeysAreOfTheGovernmentsPartition() throws IOException {
        for (Path file : files(".yaml")) {
            assertThat(Files.readString(file)).as("%s", file).doesNotContain("arn:aws:");
        }
        assertThat(of(ServiceAccount.class)).allSatisfy(account -> {
            assertThat(account.getAutomountServiceAccountToken()).isFalse();
            assertThat(account.getMetadata().getAnnotations().get("eks.amazonaws.com/role-arn"))
                    .startsWith("arn:aws-us-gov:iam::");
        });
    }

    @Test
    void theProcessesConfigurationIsAcceptedAndFitsThePods() throws Exception {
        Path file = DEPLOY.resolve("kubernetes/base/mesh.yaml");
        MeshConfig config = ConfigFile.read(file);

        assertThat(config.health()).isEqualTo(new MeshConfig.Health("0.0.0.0", 8080));
        Set<String> mounts = new TreeSet<>();
        pods().values().forEach(pod -> only(pod).getVolumeMounts().forEach(mount -> mounts.add(mount.getMountPath())));
        assertThat(mounts)
                .containsExactlyInAnyOrder(
                        "/etc/fedmesh",
                        "/run/secrets/fedmesh",
                        "/tmp",
                        config.state().toString());
        String readme = Files.readString(DEPLOY.resolve("README.md"));
        Matcher secret = Pattern.compile("/run/secrets/fedmesh/([a-z.-]+)").matcher(Files.readString(file));
        while (secret.find()) {
            String pattern = secret.group(1)
                    .replaceFirst("^kafka-(?!mesh)[a-z]+\\.", "kafka-<domain>.")
                    .replaceFirst("^database-(?!ca)[a-z]+$", "database-<domain>");
            assertThat(readme).as("README.md lists the secret '%s'", pattern).contains("`" + pattern + "`");
        }
    }

    @Test
    void theImageIsNotRootsAndPinsItsBaseOutside() throws IOException {
        List<String> lines = Files.readAllLines(DEPLOY.resolve("image/Containerfile"));

        assertThat(lines).contains("ARG RUNTIME", "FROM ${RUNTIME}");
        assertThat(lines.stream().filter(line -> line.startsWith("USER ")))
                .last()
                .isEqualTo("USER 10001:10001");
        assertThat(lines).noneMatch(line -> line.startsWith("ADD "));
        assertThat(lines.stream().filter(line -> line.startsWith("RUN ")))
                .as("what runs while the image is built is our own program, and no shell")
                .singleElement()
                .isEqualTo("RUN [\"java\", \"-cp\", \"/opt/fedmesh/lib/*\", \"" + ClassArchive.class.getName()
                        + "\", \"/opt/fedmesh/archive.options\", \"/opt/fedmesh/archive\"]");
        assertThat(String.join("\n", lines))
                .contains("org.apache.avro.limits.bytes.maxLength", "org.apache.avro.limits.string.maxLength")
                .contains("org.apache.avro.limits.collectionItems.maxLength")
                .contains("\"@/opt/fedmesh/archive.options\", \"io.fedmesh.app.Main\"");
    }

    private static Stream<Path> list(Path folder) {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(String suffix) {
        try (Stream<Path> paths = Files.walk(DEPLOY)) {
            return paths.filter(path -> path.toString().endsWith(suffix)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path parent(Path file) {
        return requireNonNull(file.getParent());
    }

    private static List<HasMetadata> read() {
        List<HasMetadata> resources = new ArrayList<>();
        for (Path file : files(".yaml")) {
            String name = String.valueOf(file.getFileName());
            if (!name.equals("kustomization.yaml") && !name.equals("mesh.yaml")) {
                try {
                    resources.addAll(parse(Files.readString(file)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return resources;
    }

    private static List<HasMetadata> parse(String text) {
        List<HasMetadata> resources = new ArrayList<>();
        strict().loadAll(text).forEach(document -> assertThat(document).isInstanceOf(Map.class));
        for (String document : text.split("(?m)^---$", -1)) {
            Object parsed = KUBERNETES.unmarshal(document);
            assertThat(parsed).isInstanceOf(HasMetadata.class).isNotInstanceOf(GenericKubernetesResource.class);
            resources.add((HasMetadata) parsed);
        }
        return resources;
    }

    private static Yaml strict() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(0);
        return new Yaml(new SafeConstructor(options));
    }

    private static Map<String, Object> map(Path file) {
        try {
            return strict().load(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Paths of what the model has no field for: it keeps them aside instead of refusing them. */
    private static List<String> unknown(HasMetadata resource) {
        List<String> paths = new ArrayList<>();
        unknown(resource.getKind(), resource, paths);
        return paths;
    }

    private static void unknown(String path, Object value, List<String> paths) {
        if (value instanceof Collection<?> all) {
            int i = 0;
            for (Object element : all) {
                unknown(path + "[" + i++ + "]", element, paths);
            }
        } else if (value != null
                && value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model.")
                && !value.getClass().isEnum()) {
            for (Method getter : value.getClass().getMethods()) {
                if (!getter.getName().startsWith("get")
                        || getter.getParameterCount() > 0
                        || getter.getName().equals("getClass")) {
                    continue;
                }
                String field = Character.toLowerCase(getter.getName().charAt(3))
                        + getter.getName().substring(4);
                Object held = call(getter, value);
                if (field.equals("additionalProperties")) {
                    ((Map<?, ?>) held).keySet().forEach(key -> paths.add(path + "." + key));
                } else {
                    unknown(path + "." + field, held, paths);
                }
            }
        }
    }

    private static Object call(Method getter, Object bean) {
        try {
            return getter.invoke(bean);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError(getter + " must be callable", e);
        }
    }

    private static <T> Stream<T> of(Class<T> type) {
        return RESOURCES.stream().filter(type::isInstance).map(type::cast);
    }

    private static <T> T only(Class<T> type) {
        List<T> all = of(type).toList();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static Container only(PodSpec pod) {
        assertThat(pod.getContainers()).hasSize(1);
        assertThat(pod.getInitContainers()).isEmpty();
        return pod.getContainers().get(0);
    }

    private static <T extends HasMetadata> Set<String> named(Class<T> type) {
        return of(type).map(resource -> resource.getMetadata().getName()).collect(Collectors.toSet());
    }

    private static List<HasMetadata> workloads() {
        return RESOURCES.stream()
                .filter(resource -> resource instanceof Deployment || resource instanceof StatefulSet)
                .toList();
    }

    private static PodTemplateSpec template(HasMetadata workload) {
        return workload instanceof StatefulSet set
                ? set.getSpec().getTemplate()
                : ((Deployment) workload).getSpec().getTemplate();
    }

    private static LabelSelector selector(HasMetadata workload) {
        return workload instanceof StatefulSet set
                ? set.getSpec().getSelector()
                : ((Deployment) workload).getSpec().getSelector();
    }

    private static Map<String, PodSpec> pods() {
        return workloads().stream()
                .collect(Collectors.toMap(
                        workload -> template(workload).getMetadata().getLabels().get(COMPONENT),
                        workload -> template(workload).getSpec()));
    }

    private static PodSpec pod(String component) {
        return requireNonNull(pods().get(component), component);
    }

    private static Set<String> claims(String component) {
        return of(StatefulSet.class)
                .filter(set -> component.equals(set.getMetadata().getName()))
                .flatMap(set -> set.getSpec().getVolumeClaimTemplates().stream())
                .map(claim -> claim.getMetadata().getName())
                .collect(Collectors.toSet());
    }
}
