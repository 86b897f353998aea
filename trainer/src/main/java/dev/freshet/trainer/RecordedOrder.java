package dev.freshet.trainer;

import static java.util.Objects.requireNonNull;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.TakingOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The records that a version has learned from, in the order in which they were taken then. Belongs to one thread. */
final class RecordedOrder implements ImageSource, AutoCloseable {
    private static final int MOST_AT_ONCE = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final Decoding decoding;
    private final Deque<TakingOrder.Run> runs;
    private final Map<Integer, Deque<ConsumerRecord<byte[], byte[]>>> fetched = new HashMap<>();
    private boolean atBreak;

    private RecordedOrder(
            String topic, Consumer<byte[], byte[]> consumer, Decoding decoding, Collection<TakingOrder.Run> runs) {
        this.topic = topic;
        this.consumer = consumer;
        this.decoding = decoding;
        this.runs = new ArrayDeque<>(runs);
    }

    /**
     * Connects, and stands at the first record.
     *
     * @throws IllegalStateException if records of it have been removed by retention
     */
    static RecordedOrder open(KafkaSettings kafka, Offsets from, TakingOrder taken, Decoding decoding) {
        RecordedOrder order = new RecordedOrder(
                from.topic(),
                ImageStream.consumer(kafka, "trainer-images-replayed", Map.of("fetch.max.wait.ms", "10")),
                decoding,
                taken.runs());
        try {
            order.seek(from);
        } catch (RuntimeException e) {
            order.close();
            throw e;
        }
        return order;
    }

    private void seek(Offsets from) {
        TreeSet<Integer> partitions = new TreeSet<>(from.next().keySet());
        runs.stream().filter(run -> !run.isBreak()).forEach(run -> partitions.add(run.partition()));
        List<TopicPartition> all = partitions.stream()
                .map(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(all);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(all);
        for (TopicPartition partition : all) {
            long next = from.next(partition.partition());
            if (from.next().containsKey(partition.partition()) && beginnings.getOrDefault(partition, 0L) > next) {
                throw new IllegalStateException("records of " + partition + " from offset " + next
                        + " on have been removed by retention; the first that is there is "
                        + beginnings.get(partition));
            }
            consumer.seek(partition, Math.max(next, beginnings.getOrDefault(partition, 0L)));
            fetched.put(partition.partition(), new ArrayDeque<>());
        }
    }

    @Override
    public List<Taken> take() {
        atBreak = false;
        List<Taken> taken = new ArrayList<>();
        while (!runs.isEmpty() && !atBreak && taken.size() < MOST_AT_ONCE) {
            TakingOrder.Run run = runs.removeFirst();
            atBreak = run.isBreak();
            long count = Math.min(run.records(), MOST_AT_ONCE - taken.size());
            for (long i = 0; i < count; i++) {
                taken.add(decoding.decode(next(run.partition())));
            }
            if (run.records() > count) {
                runs.addFirst(new TakingOrder.Run(run.partition(), run.records() - count));
            }
        }
        return taken;
    }

    private ConsumerRecord<byte[], byte[]> next(int partition) {
        Deque<ConsumerRecord<byte[], byte[]>> ready = requireNonNull(fetched.get(partition));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ready.isEmpty()) {
            consumer.pause(consumer.assignment());
            consumer.resume(List.of(new TopicPartition(topic, partition)));
            consumer.poll(ImageStream.LONGEST_POLL).forEach(ready::add);
            if (System.nanoTime() > deadline) {
                throw new KafkaException("no record of " + topic + "-" + partition + " has come for "
                        + PATIENCE.toSeconds() + " s; the version says that there is one");
            }
        }
        return ready.removeFirst();
    }

    @Override
    public boolean endsMiniBatch() {
        return atBreak;
    }

    @Override
    public boolean hasEnded() {
        return runs.isEmpty();
    }

    @Override
    public void close() {
        ImageStream.close(consumer);
    }
}
