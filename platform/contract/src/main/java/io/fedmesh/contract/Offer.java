package io.fedmesh.contract;

import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a product offers to whoever reads it, as far as it is known: all of it of a contract, less of a mesh that runs. What is
 * not known is not compared.
 *
 * @param name the product
 * @param topic where its events are published
 * @param schema the Avro record of one entity; null where nobody knows
 * @param key the fields that tell entities apart; null where nobody knows
 * @param classifications per field
 * @param tokenised the fields whose values stand in the tables as tokens; null where nobody knows
 * @param end the last day, in UTC, on which it is offered; null where none was announced
 */
public record Offer(
        ProductName name,
        String topic,
        @Nullable Schema schema,
        @Nullable List<String> key,
        Map<String, Classification> classifications,
        @Nullable Set<String> tokenised,
        @Nullable LocalDate end) {
    public Offer {
        key = key == null ? null : List.copyOf(key);
        classifications = Collections.unmodifiableMap(new LinkedHashMap<>(classifications));
        tokenised = tokenised == null ? null : Set.copyOf(tokenised);
    }

    /** What a contract offers. */
    public static Offer of(Contract contract) {
        Map<String, Classification> classifications = new LinkedHashMap<>();
        contract.fields().forEach((field, guard) -> classifications.put(field, guard.classification()));
        return new Offer(
                contract.name(),
                contract.topic().toString(),
                contract.schema(),
                contract.keyFields(),
                classifications,
                contract.tokenised(),
                contract.lifetime().end());
    }

    /** What the contracts offer, in their order. */
    public static List<Offer> of(Contracts contracts) {
        return contracts.products().stream().map(Offer::of).toList();
    }
}
