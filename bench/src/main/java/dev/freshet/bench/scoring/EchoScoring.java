package dev.freshet.bench.scoring;

import dev.freshet.bench.peer.Orders;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import dev.freshet.server.ServerConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What the way through Kafka costs without a model: consumes requests as the server does, and answers each with the same
 * bytes, one of the server's answers, without looking at it. Client settings, commit interval and guarantee are the server's.
 */
final class EchoScoring {
    private static final Duration IDLE_POLL = Duration.ofMillis(250);
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

    /** The one thread of it. */
    private static final class Echoing extends Thread {
        private final KafkaSettings kafka;
        private final String group;
        private final boolean exactlyOnce;
        private final byte[] answer;
        private final Map<TopicPartition, OffsetAndMetadata> answered = new HashMap<>();
        volatile boolean running = true;

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
                    collect(consumer, producer);
                    commit(consumer, producer);
                }
            }
        }

        /** Answers for a commit interval, which begins with the first answer. */
        private void collect(Consumer<byte[], ByteBuffer> consumer, Producer<byte[], byte[]> producer) {
            long interval = SERVER.commitInterval().toNanos();
            long begun = 0;
            for (long left = interval; running && left > 0; ) {
                ConsumerRecords<byte[], ByteBuffer> records =
                        consumer.poll(answered.isEmpty() ? IDLE_POLL : Duration.ofNanos(left));
                if (!records.isEmpty()) {
                    if (answered.isEmpty()) {
                        begun = System.nanoTime();
                        if (exactlyOnce) {
                            producer.beginTransaction();
                        }
                    }
                    answer(records, producer);
                }
                left = answered.isEmpty() ? interval : interval - (System.nanoTime() - begun);
            }
        }

        private void answer(ConsumerRecords<byte[], ByteBuffer> records, Producer<byte[], byte[]> producer) {
            long now = System.currentTimeMillis();
            for (ConsumerRecord<byte[], ByteBuffer> record : records) {
                Future<?> unused = producer.send(new ProducerRecord<>(
                        kafka.topics().predictions(), record.partition(), now, record.key(), answer));
            }
            answered.putAll(records.nextOffsets());
        }

        private void commit(Consumer<byte[], ByteBuffer> consumer, Producer<byte[], byte[]> producer) {
            if (answered.isEmpty()) {
                return;
            }
            if (exactlyOnce) {
                producer.sendOffsetsToTransaction(answered, consumer.groupMetadata());
                producer.commitTransaction();
            } else {
                producer.flush();
                consumer.commitSync(answered);
            }
            answered.clear();
        }
    }
}
