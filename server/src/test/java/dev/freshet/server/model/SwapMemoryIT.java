package dev.freshet.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.model.Weights;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.server.Cluster;
import dev.freshet.server.Versions;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Versions through the topic, the follower and the engine that is deployed, while threads score with them. */
@ExtendWith(KafkaBrokerExtension.class)
class SwapMemoryIT {
    private static final int SWAPS = 10_000;
    /** After so many, everything that is made once has been made. */
    private static final int FIRST_SWAPS = 2_000;

    private static final int IN_ONE_TRANSACTION = 500;

    /** As a trainer keeps them: an older one is removed in the transaction that publishes a newer one. */
    private static final int KEPT_VERSIONS = 100;

    /** Of ours: a version may be on its way in or out, or a batch may be, when they are counted. */
    private static final long OWN_OBJECTS = 500;

    /** The broker is in this heap, too, and takes and gives back some MiB; a version takes 20 KiB. */
    private static final long HEAP_BYTES = 16 << 20;

    private static final long OFF_HEAP_BYTES = 2 << 20;

    private static final ModelSpec SPEC = new ModelSpec(
            InputSpec.point(2), List.of(new LayerSpec(16, Activation.RELU)), List.of("inside", "outside"));
    private static final Weights WEIGHTS = Versions.weights(SPEC, 1);

    private final Logger log = (Logger) LoggerFactory.getLogger(ModelFollower.class);
    private final ServedModel served = new ServedModel(Versions.MODEL);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean scoring = true;

    @BeforeEach
    void beQuiet() {
        log.setLevel(Level.WARN);
    }

    @AfterEach
    void speakAgain() {
        log.setLevel(null);
    }

    @Test
    void memoryAndThreadsStayAsTheyAreOverTenThousandSwaps(KafkaBroker broker) throws Exception {
        // Given: a version a poll, so that each is swapped in
        KafkaSettings kafka = Cluster.withTopics(broker, Map.of("max.poll.records", "2"));
        List<Thread> scorers = IntStream.range(0, 2)
                .mapToObj(i -> new Thread(this::score, "scorer-" + i))
                .toList();
        ModelFollower follower = ModelFollower.start(
                served,
                new VersionIndex(Versions.MODEL),
                VersionPolicy.LATEST,
                new CpuEngine(),
                kafka,
                registry,
                Clock.systemUTC(),
                () -> {},
                failures::add);
        try (follower;
                Producer<String, byte[]> trainer = trainer(kafka)) {
            publish(trainer, kafka, 1, 1);
            scorers.forEach(Thread::start);
            publish(trainer, kafka, 2, FIRST_SWAPS);
            Held before = held();

            // When
            publish(trainer, kafka, FIRST_SWAPS + 1, SWAPS);

            // Then
            Held after = held();
            assertThat(failures).isEmpty();
            assertThat(Meters.SERVER_VERSIONS_LOADED.counter(registry).count()).isEqualTo(SWAPS);
            assertThat(after.ownObjects() - before.ownObjects())
                    .as("%s after %s", after, before)
                    .isLessThan(OWN_OBJECTS);
            assertThat(after.heapBytes() - before.heapBytes())
                    .as("%s after %s", after, before)
                    .isLessThan(HEAP_BYTES);
            assertThat(after.offHeapBytes() - before.offHeapBytes())
                    .as("%s after %s", after, before)
                    .isLessThan(OFF_HEAP_BYTES);
            assertThat(after.threads()).as("%s after %s", after, before).isLessThan(before.threads() + 10);
            assertThat(after.classes()).as("%s after %s", after, before).isLessThan(before.classes() + 500);
        } finally {
            scoring = false;
            for (Thread scorer : scorers) {
                scorer.join();
            }
            served.close();
        }
    }

    /**
     * What the process holds.
     *
     * @param ownObjects of the server and its engine, alive
     * @param heapBytes of what is alive
     * @param offHeapBytes of buffers, those that map files not among them: the broker's log is
     */
    private record Held(long ownObjects, long heapBytes, long offHeapBytes, int threads, int classes) {}

    private static Held held() throws JMException {
        // The serial collector leaves gaps, which count as used, in three rounds of four.
        for (int round = 0; round < 4; round++) {
            System.gc();
        }
        return new Held(
                ownObjects(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    }

    /** A line of the histogram is a number, instances, bytes, class; an array's class begins with a bracket. */
    private static long ownObjects() throws JMException {
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {null},
                        new String[] {String[].class.getName()});
        return histogram
                .toString()
                .lines()
                .map(line -> line.strip().split(" +"))
                .filter(columns -> columns.length >= 4 && columns[3].contains("dev.freshet."))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }

    /** Keeps what a thread keeps of a version. */
    private void score() {
        float[] features = new float[64 * SPEC.input().size()];
        float[] probabilities = new float[64 * SPEC.classes().size()];
        while (scoring) {
            try (Lease version = served.acquire()) {
                version.score(features, 64, probabilities);
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
    }

    /** From one version to another, both included; returns when the last is served. */
    private void publish(Producer<String, byte[]> trainer, KafkaSettings kafka, long from, long to) {
        for (long first = from; first <= to; first += IN_ONE_TRANSACTION) {
            long last = Math.min(to, first + IN_ONE_TRANSACTION - 1);
            trainer.beginTransaction();
            for (long version = first; version <= last; version++) {
                for (SnapshotCodec.Part part :
                        Versions.version(version, SPEC, WEIGHTS).parts()) {
                    send(trainer, kafka, part.key(), part.value());
                    if (version > KEPT_VERSIONS) {
                        send(trainer, kafka, keyOf(version - KEPT_VERSIONS, part), null);
                    }
                }
            }
            trainer.commitTransaction();
            await().until(served::version, version -> version == last);
        }
        // The follower counts after it has swapped.
        await().until(() -> Meters.SERVER_VERSIONS_LOADED.counter(registry).count() == to);
    }

    private static String keyOf(long version, SnapshotCodec.Part partOfAnother) {
        String part = partOfAnother.key().substring(partOfAnother.key().lastIndexOf('/') + 1);
        return Versions.MODEL + "/" + version + "/" + part;
    }

    private static void send(
            Producer<String, byte[]> trainer, KafkaSettings kafka, String key, byte @Nullable [] value) {
        var unused = trainer.send(new ProducerRecord<>(kafka.topics().models(), 0, key, value));
    }

    private static Producer<String, byte[]> trainer(KafkaSettings kafka) {
        Producer<String, byte[]> producer = new KafkaProducer<>(
                kafka.forClient(
                        "test-trainer",
                        Map.of("transactional.id", kafka.topics().prefix() + "trainer")),
                new StringSerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }
}
