package dev.freshet.bench.scoring;

import dev.freshet.bench.peer.Orders;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import dev.freshet.server.ServerConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What the way through Kafka costs without a model: consumes requests as the server does, and answers each with the same
 * bytes, one of the server's answers, without looking at it. Client settings, commit interval and guarantee are the server's. A
 * second thread sends and commits while the first one polls on.
 */
final class EchoScoring {
    private static final Duration IDLE_POLL = Duration.ofMillis(250);
    /** How long to wait for requests while a commit is under way. */
    private static final Duration LOOK_AFTER = Duration.ofMillis(5);

    /** Some ten thousand answers that are not sent yet. */
    private static final int MOST_WAITING = 50_000;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ServerConfig SERVER = ServerConfig.defaults();

    private final KafkaSettings kafka;
    private @Nullable Echoing echoing;

    private EchoScoring(String bootstrapServers) {
        this.kafka = KafkaSettings.of(bootstrapServers, Topics.withPrefix("freshet."));
    }

    /** @param arguments bootstrap servers, and what to answer with, in Base64 */
    public static void main(String[] arguments) throws IOException {
        EchoScoring scoring = new EchoScoring(arguments[0]);
        byte[] answer = Base64.getDecoder().decode(arguments[1]);
        new Orders()
                .on("start", order -> scoring.start(order.get(0), Guarantee.valueOf(order.get(1)), answer))
                .on("stop", order -> scoring.stop())
                .obey();
    }

    private String start(String group, Guarantee guarantee, byte[] answer) {
        Echoing started = new Echoing(kafka, group, guarantee == Guarantee.EXACTLY_ONCE, answer);
        started.start();
        echoing = started;
        return "";
    }

    private String stop() throws InterruptedException {
        if (echoing != null) {
            echoing.running = false;
            echoing.join(PATIENCE.toMillis());
            echoing = null;
        }
        return "";
    }

    /** The thread that polls and answers; another one sends and commits, in the order in which it is told to. */
    private static final class Echoing extends Thread {
        private final KafkaSettings kafka;
        private final String group;
        private final boolean exactlyOnce;
        private final byte[] answer;
        private final ExecutorService sender = Executors.newSingleThreadExecutor();
        private final AtomicInteger waiting = new AtomicInteger();
        private final Map<TopicPartition, OffsetAndMetadata> answered = new HashMap<>();
        private @Nullable Commit commit;
        private long openedNanos;
        volatile boolean running = true;

        /** One that is under way, and the offsets it is about. */
        private record Commit(Future<?> handingOver, Map<TopicPartition, OffsetAndMetadata> offsets) {}

        Echoing(KafkaSettings kafka, String group, boolean exactlyOnce, byte[] answer) {
            super("echo");
            this.kafka = kafka;
            this.group = group;
            this.exactlyOnce = exactlyOnce;
            this.answer = answer;
        }

        private Map<String, Object> consumerSettings() {
            return Map.of(
                    "group.id",
                    group,
                    "isolation.level",
                    "read_committed",
                    "enable.auto.commit",
                    false,
                    "auto.offset.reset",
                    "earliest",
                    "max.poll.records",
                    SERVER.maxPollRecords());
        }

        private Map<String, Object> producerSettings() {
            Map<String, Object> settings = new HashMap<>(Map.of("batch.size", 256 << 10));
            if (exactlyOnce) {
                settings.put("transactional.id", "echo-" + group);
            }
            return settings;
        }

        @Override
        public void run() {
            try (Consumer<byte[], ByteBuffer> consumer = new KafkaConsumer<>(
                            kafka.forClient("bench-requests", consumerSettings()),
                            new ByteArrayDeserializer(),
                            new ByteBufferDeserializer());
                    Producer<byte[], byte[]> producer = new KafkaProducer<>(
                            kafka.forClient("bench-predictions", producerSettings()),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                if (exactlyOnce) {
                    producer.initTransactions();
                }
                consumer.subscribe(List.of(kafka.topics().requests()));
                while (running) {
                    step(consumer, producer);
                }
                if (!answered.isEmpty()) {
                    beginCommit(consumer, producer);
                }
                endCommit(consumer);
            } finally {
                sender.shutdown();
            }
        }

        private void step(Consumer<byte[], ByteBuffer> consumer, Producer<byte[], byte[]> producer) {
            ConsumerRecords<byte[], ByteBuffer> records = consumer.poll(patience());
            if (!records.isEmpty()) {
                answer(records, producer);
            }
            if (commit != null && commit.handingOver().isDone()) {
                endCommit(consumer);
            }
            if (!answered.isEmpty() && nanosLeft() <= 0) {
                beginCommit(consumer, producer);
            }
        }

        private Duration patience() {
            Duration most = commit == null ? IDLE_POLL : LOOK_AFTER;
            Duration left = answered.isEmpty() ? most : Duration.ofNanos(Math.max(0, nanosLeft()));
            return left.compareTo(most) < 0 ? left : most;
        }

        /** Of the commit interval, which begins with the first answer. */
        private long nanosLeft() {
            return SERVER.commitInterval().toNanos() - (System.nanoTime() - openedNanos);
        }

        private void answer(ConsumerRecords<byte[], ByteBuffer> records, Producer<byte[], byte[]> producer) {
            if (answered.isEmpty()) {
                openedNanos = System.nanoTime();
                if (exactlyOnce) {
                    sender.execute(producer::beginTransaction);
                }
            }
            long now = System.currentTimeMillis();
            List<ProducerRecord<byte[], byte[]>> echoes = new ArrayList<>(records.count());
            for (ConsumerRecord<byte[], ByteBuffer> record : records) {
                echoes.add(new ProducerRecord<>(
                        kafka.topics().predictions(), record.partition(), now, record.key(), answer));
            }
            Future<?> sent = sender.submit(() -> {
                for (ProducerRecord<byte[], byte[]> echo : echoes) {
                    Future<?> unused = producer.send(echo);
                }
                waiting.addAndGet(-echoes.size());
            });
            if (waiting.addAndGet(echoes.size()) > MOST_WAITING) {
                await(sent);
            }
            answered.putAll(records.nextOffsets());
        }

        private void beginCommit(Consumer<byte[], ByteBuffer> consumer, Producer<byte[], byte[]> producer) {
            endCommit(consumer);
            Map<TopicPartition, OffsetAndMetadata> offsets = Map.copyOf(answered);
            ConsumerGroupMetadata member = consumer.groupMetadata();
            Runnable handOver = exactlyOnce
                    ? () -> {
                        producer.sendOffsetsToTransaction(offsets, member);
                        producer.commitTransaction();
                    }
                    : producer::flush;
            commit = new Commit(sender.submit(handOver), offsets);
            answered.clear();
        }

        /** Waits for the commit that is under way, if there is one. */
        private void endCommit(Consumer<byte[], ByteBuffer> consumer) {
            Commit ending = commit;
            if (ending == null) {
                return;
            }
            await(ending.handingOver());
            if (!exactlyOnce) {
                consumer.commitSync(ending.offsets());
            }
            commit = null;
        }

        private static void await(Future<?> order) {
            try {
                order.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the echo could not answer", e);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }
}
