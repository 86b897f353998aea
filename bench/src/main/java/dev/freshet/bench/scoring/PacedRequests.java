package dev.freshet.bench.scoring;

import dev.freshet.bench.kafka.Broker;
import dev.freshet.bench.kafka.ImageWriting;
import dev.freshet.bench.kafka.Pictures;
import dev.freshet.bench.serving.Latencies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Requests that come one at a time, and how long each takes from when it was due until a reader of committed records has its
 * answer. Belongs to the main thread.
 */
final class PacedRequests {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Broker broker;
    private final Pictures pictures;
    private final int rate;
    private final int count;
    /** Requests of earlier turns are answered late by who had no part in those, and are not counted. */
    private long first;

    /** @param rate requests a second */
    PacedRequests(Broker broker, Pictures pictures, int rate, Duration length) {
        this.broker = broker;
        this.pictures = pictures;
        this.rate = rate;
        this.count = (int) (rate * length.toNanos() / 1_000_000_000L);
    }

    /**
     * Asks, once whoever answers has answered a first request.
     *
     * @throws IllegalStateException if there is a request without an answer
     */
    Latencies run() throws InterruptedException {
        Map<TopicPartition, Long> ends =
                broker.end(broker.topics().predictions()).offsets();
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                        broker.settings().forClient("bench-paced", Map.of("linger.ms", 0)),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        broker.settings().forClient("bench-answers", Map.of("isolation.level", "read_committed")),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(ends.keySet());
            ends.forEach(consumer::seek);
            send(producer, first);
            var unused = receive(consumer, 1, 0);
            first++;
            long started = System.nanoTime();
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> sendAll(producer, started));
            Latencies latencies = receive(consumer, count, started);
            sending.join();
            first += count;
            return latencies;
        }
    }

    private void sendAll(Producer<byte[], byte[]> producer, long started) {
        for (int i = 0; i < count; i++) {
            for (long wait = due(i, started) - System.nanoTime();
                    wait > 0;
                    wait = due(i, started) - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            send(producer, first + i);
        }
    }

    private long due(long index, long started) {
        return started + index * 1_000_000_000L / rate;
    }

    private void send(Producer<byte[], byte[]> producer, long index) {
        Future<?> unused = producer.send(ImageWriting.record(broker.topics().requests(), index, pictures, false));
    }

    private Latencies receive(Consumer<byte[], byte[]> consumer, int answers, long started) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Latencies latencies = new Latencies();
        while (latencies.count() < answers) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                long index = Long.parseLong(new String(record.key(), StandardCharsets.UTF_8)) - first;
                if (index >= 0) {
                    latencies.add(System.nanoTime() - due(index, started));
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        latencies.count() + " of " + answers + " requests were answered in time");
            }
        }
        return latencies;
    }
}
