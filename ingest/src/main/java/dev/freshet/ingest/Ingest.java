package dev.freshet.ingest;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.ingest.source.ImageSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the images of a source to the topic {@code images}, each once an epoch.
 *
 * <p>The commands {@code ingest} and {@code demo} run it: one thread calls {@link #run} once, any other may call
 * {@link #stop}.
 */
public final class Ingest {
    private static final String DELIVERY_TIMEOUT = "delivery.timeout.ms";
    private static final String DELIVERY_TIMEOUT_DEFAULT = "120000";

    private final IngestConfig config;
    private final KafkaSettings kafka;
    private final MeterRegistry registry;
    private final Progress progress;
    private final Outgoing outgoing;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * @param source read by the thread that runs, by no other meanwhile
     * @param progress told on the thread that runs
     * @param clock gives the event times
     * @throws IllegalArgumentException if the source cannot be ingested with this configuration
     */
    public Ingest(
            IngestConfig config,
            KafkaSettings kafka,
            ImageSource source,
            MeterRegistry registry,
            Progress progress,
            Clock clock) {
        this.config = config;
        this.kafka = kafka;
        this.registry = registry;
        this.progress = progress;
        this.outgoing = new Outgoing(config, kafka.topics().images(), source, clock);
    }

    /**
     * Creates missing topics, then sends until the source or the limit is reached or {@link #stop} is called; returns
     * when every record sent is acknowledged. A broker that is away is waited for, up to {@code delivery.timeout.ms}.
     *
     * @return how many records were acknowledged, which is all that were sent
     * @throws DeliveryException if a record could not be delivered
     * @throws org.apache.kafka.common.KafkaException if the broker refuses the topics or stays away from the start
     */
    public long run() throws InterruptedException {
        Properties settings = producerSettings(kafka);
        Duration patience = Duration.ofMillis(Long.parseLong(settings.getProperty(DELIVERY_TIMEOUT)));
        TopicCreation.createMissing(kafka, patience, () -> stopped.getCount() == 0);
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(settings);
                KafkaClientMetrics metrics = new KafkaClientMetrics(producer);
                Delivery delivery = new Delivery(producer, registry, System::nanoTime)) {
            metrics.bindTo(registry);
            return send(delivery);
        }
    }

    private long send(Delivery delivery) throws InterruptedException {
        progress.started(outgoing.total());
        Pace pace = new Pace(config.recordsPerSecond(), System::nanoTime);
        try {
            while (outgoing.hasNext() && !stopsWithin(pace.nanosUntilNext())) {
                ProducerRecord<byte[], byte[]> record = outgoing.next();
                if (record != null) {
                    delivery.send(record);
                    progress.advanced(delivery.acknowledged());
                }
            }
            delivery.awaitAll();
        } finally {
            progress.finished(delivery.acknowledged());
        }
        return delivery.acknowledged();
    }

    /** Ends {@link #run} after the record that it is at, once all that were sent are acknowledged; does not wait for it. */
    public void stop() {
        stopped.countDown();
    }

    /** Waits, but no longer than until {@link #stop}. */
    private boolean stopsWithin(long nanos) throws InterruptedException {
        return stopped.await(nanos, TimeUnit.NANOSECONDS);
    }

    private static Properties producerSettings(KafkaSettings kafka) {
        Properties settings = kafka.forClient(
                "ingest",
                Map.of(
                        "enable.idempotence",
                        "true",
                        "acks",
                        "all",
                        "key.serializer",
                        ByteArraySerializer.class.getName(),
                        "value.serializer",
                        ByteArraySerializer.class.getName()));
        settings.putIfAbsent(DELIVERY_TIMEOUT, DELIVERY_TIMEOUT_DEFAULT);
        // One patience for all: nothing else may give up earlier than a delivery does.
        settings.putIfAbsent("max.block.ms", settings.getProperty(DELIVERY_TIMEOUT));
        // With more, the first batches of a new partition can overtake each other while the broker begins to lead it,
        // and
        // the one left behind is refused until it times out (KAFKA-15591).
        settings.putIfAbsent("max.in.flight.requests.per.connection", "1");
        settings.putIfAbsent("compression.type", "lz4");
        // A full batch leaves at once, so lingering only costs where records are rare.
        settings.putIfAbsent("linger.ms", "10");
        settings.putIfAbsent("batch.size", Integer.toString(128 << 10));
        return settings;
    }
}
