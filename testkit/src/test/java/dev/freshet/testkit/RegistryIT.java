package dev.freshet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Registry;
import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.registry.Authorship;
import dev.freshet.core.registry.Catalog;
import dev.freshet.core.registry.Change;
import dev.freshet.core.registry.RefusedChangeException;
import dev.freshet.core.registry.Serving;
import dev.freshet.core.registry.ServingDecision;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Here and not in core, since this is the first module that has a broker. */
@ExtendWith(KafkaBrokerExtension.class)
class RegistryIT {
    private static final String MODEL = "digits";
    private static final Authorship BY = new Authorship("mara", "a test");
    private static final Catalog CATALOG =
            new Catalog(new TreeSet<>(List.of(1L, 2L, 3L, 4L, 5L)), Map.of(6L, "a chunk is missing"));
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final KafkaBroker broker;
    private final KafkaSettings kafka;
    private final Registry registry;

    RegistryIT(KafkaBroker broker) throws InterruptedException {
        this.broker = broker;
        this.kafka = KafkaSettings.of(broker.bootstrapServers(), new Topics(broker.uniqueTopicPrefix(), 1, (short) 1));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            TopicCreation.createMissing(admin, kafka.topics());
        }
        this.registry = new Registry(kafka, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void aChangeIsTheNewestStateAndARecordOfWhoAndWhy() {
        // Given
        registry.change(MODEL, new Change.Pin(3), BY, () -> CATALOG);

        // When
        ServingDecision decision = registry.change(
                MODEL, new Change.Label("stable", 2, null), new Authorship("jo", "proven"), () -> CATALOG);

        // Then
        Serving now = registry.read(MODEL);
        assertThat(now).isEqualTo(decision.after());
        assertThat(now.revision()).isEqualTo(2);
        assertThat(now.pinned()).isEqualTo(3);
        assertThat(now.labels()).isEqualTo(Map.of("stable", 2L));
        assertThat(now.changedAt()).isEqualTo(NOW);
        List<ServingDecision> trail = decisions();
        assertThat(trail).hasSize(2);
        assertThat(trail.get(1)).isEqualTo(decision);
        assertThat(trail.get(1).before()).isEqualTo(trail.get(0).after());
        assertThat(trail.get(1).who()).isEqualTo("jo");
        assertThat(trail.get(1).reason()).isEqualTo("proven");
        assertThat(trail.get(1).change()).isEqualTo("label stable 2");
    }

    @Test
    void aRefusedChangeLeavesNothingBehind() {
        assertThatExceptionOfType(RefusedChangeException.class)
                .isThrownBy(() -> registry.change(MODEL, new Change.Pin(6), BY, () -> CATALOG))
                .withMessage("version 6 of model \"digits\" is damaged: a chunk is missing");
        assertThat(registry.read(MODEL)).isEqualTo(Serving.initial(MODEL));
        assertThat(decisions()).isEmpty();
    }

    @Test
    void manyWhoChangeAtTheSameTimeLoseNothing() throws Exception {
        // Given
        int each = 6;
        List<String> names = List.of("a", "b", "c");
        ExecutorService threads = Executors.newFixedThreadPool(names.size());

        // When
        List<Future<Void>> all = threads.invokeAll(
                names.stream()
                        .map(name -> (Callable<Void>) () -> {
                            Registry own = new Registry(kafka, Clock.systemUTC());
                            for (int i = 0; i < each; i++) {
                                own.change(MODEL, new Change.Label(name + i, 1 + i % 5, null), BY, () -> CATALOG);
                            }
                            return null;
                        })
                        .toList(),
                3,
                TimeUnit.MINUTES);
        threads.shutdown();
        for (Future<Void> one : all) {
            one.get();
        }

        // Then
        int changes = names.size() * each;
        Serving now = registry.read(MODEL);
        assertThat(now.revision()).isEqualTo(changes);
        assertThat(now.labels()).hasSize(changes);
        List<ServingDecision> trail = decisions();
        assertThat(trail).hasSize(changes);
        for (int i = 1; i < trail.size(); i++) {
            assertThat(trail.get(i).before()).isEqualTo(trail.get(i - 1).after());
        }
    }

    @Test
    void whoIsFencedInTheMiddleBeginsAgainWithTheNewestState() {
        // Given: another change comes when the state has been read
        Registry other = new Registry(kafka, Clock.systemUTC());
        boolean[] came = new boolean[1];

        // When
        ServingDecision decision = registry.change(MODEL, new Change.Pin(4), BY, () -> {
            if (!came[0]) {
                came[0] = true;
                other.change(MODEL, new Change.Label("stable", 1, null), BY, () -> CATALOG);
            }
            return CATALOG;
        });

        // Then
        assertThat(decision.before().labels()).containsOnlyKeys("stable");
        assertThat(registry.read(MODEL).revision()).isEqualTo(2);
        assertThat(decisions()).extracting(ServingDecision::change).containsExactly("label stable 1", "pin 4");
    }

    @Test
    void aTrainerThatDiedWhileItPublishedHoldsNothingUp() {
        // Given
        try (KafkaProducer<String, byte[]> trainer = new KafkaProducer<>(
                kafka.forClient(
                        "trainer", Map.of("transactional.id", kafka.topics().prefix() + "trainer")),
                new StringSerializer(),
                new ByteArraySerializer())) {
            trainer.initTransactions();
            trainer.beginTransaction();
            var unused = trainer.send(new ProducerRecord<>(kafka.topics().models(), MODEL + "/6/0", new byte[1]));
            trainer.flush();

            // When
            registry.change(MODEL, new Change.Rollback(null), BY, () -> CATALOG);

            // Then: the transaction is open still
            assertThat(registry.read(MODEL).isQuarantined(5)).isTrue();
            trainer.abortTransaction();
        }
    }

    private List<ServingDecision> decisions() {
        return broker.consumeAll(kafka.topics().decisions(), Duration.ofSeconds(20)).stream()
                .map(record -> SnapshotCodec.fromJson(record.value(), ServingDecision.class))
                .toList();
    }
}
