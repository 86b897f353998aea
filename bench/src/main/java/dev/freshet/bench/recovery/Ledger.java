package dev.freshet.bench.recovery;

import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.evaluation.HoldOut;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.ModelsTopic;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.model.TakingOrder;
import dev.freshet.trainer.Learned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How often each example went into the weights, by its id: the records of the topic, told off in the order that the versions
 * and the last checkpoint of the surviving lineage say they were taken in.
 *
 * @param expected examples in the topic that are not held out
 * @param learned as many as the weights say they have learned from
 * @param twice ids that were learned from more than once
 * @param skipped ids that were not learned from
 */
record Ledger(long expected, long learned, long twice, long skipped) {
    private static final Duration POLL = Duration.ofMillis(200);

    static Ledger of(KafkaSettings kafka, String model, HoldOut holdOut) {
        Learned learned = Learned.read(kafka, model).orElseThrow();
        Map<Integer, List<String>> ids = trainedIds(kafka, holdOut);
        Map<String, Integer> counts = new HashMap<>();
        ids.values().forEach(list -> list.stream().filter(id -> !id.isEmpty()).forEach(id -> counts.put(id, 0)));
        Map<Integer, Integer> next = new HashMap<>();
        for (TakingOrder order : orders(kafka, model, learned)) {
            for (TakingOrder.Run run : order.runs()) {
                int from = next.getOrDefault(run.partition(), 0);
                int to = Math.toIntExact(from + run.records());
                next.put(run.partition(), to);
                ids.getOrDefault(run.partition(), List.of()).subList(from, to).stream()
                        .filter(id -> !id.isEmpty())
                        .forEach(id -> counts.merge(id, 1, Integer::sum));
            }
        }
        return new Ledger(
                counts.size(),
                learned.examples(),
                counts.values().stream().filter(count -> count > 1).count(),
                counts.values().stream().filter(count -> count == 0).count());
    }

    /** Of every version in turn, and since the newest one. */
    private static List<TakingOrder> orders(KafkaSettings kafka, String model, Learned learned) {
        TreeMap<Long, Manifest> manifests = new TreeMap<>();
        ModelsTopic.readToEnd(kafka, "bench-models", record -> {
            if (record.key().startsWith(model + "/") && record.key().endsWith("/manifest")) {
                Manifest manifest = SnapshotCodec.fromJson(record.value(), Manifest.class);
                manifests.put(manifest.version(), manifest);
            }
        });
        List<TakingOrder> orders = new ArrayList<>();
        for (Manifest manifest : manifests.values()) {
            TakingOrder taken = manifest.taken();
            orders.add(taken == null ? TakingOrder.NONE : taken);
        }
        orders.add(learned.taken());
        return orders;
    }

    /** By partition, the id of each record in order; empty for one that is held out. */
    private static Map<Integer, List<String>> trainedIds(KafkaSettings kafka, HoldOut holdOut) {
        RecordDecoder decoder = RecordDecoder.ofLabelled(TrainerProcess.INPUT, 10);
        Map<Integer, List<String>> ids = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.forClient("bench-ids", Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer
                    .partitionsFor(kafka.topics().images())
                    .stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    Example example = ((Valid) decoder.decode(Records.raw(record))).example();
                    ids.computeIfAbsent(record.partition(), partition -> new ArrayList<>())
                            .add(holdOut.isHeldOut(example.id()) ? "" : example.id());
                }
            }
        }
        return ids;
    }
}
