package dev.freshet.bench.serving;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.model.Weights;
import dev.freshet.engine.FreshWeights;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes versions as a trainer does, in a transaction each; the weights have learned nothing. For one thread. */
final class ServedVersions implements AutoCloseable {
    static final String MODEL = "served";

    private final Configuration net;
    private final KafkaSettings kafka;
    private final String model;
    private final Weights weights;
    private final KafkaProducer<byte[], byte[]> producer;
    private long last;

    /** Of the model that the server answers with. */
    ServedVersions(Configuration net, KafkaSettings kafka) {
        this(net, kafka, MODEL);
    }

    ServedVersions(Configuration net, KafkaSettings kafka, String model) {
        this.net = net;
        this.kafka = kafka;
        this.model = model;
        this.weights = FreshWeights.of(net.model(), net.training());
        this.producer = new KafkaProducer<>(
                kafka.forClient("bench-model", Map.of("transactional.id", "bench-model." + model)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
    }

    /** The newest version. */
    long last() {
        return last;
    }

    /**
     * Publishes the next version.
     *
     * @return when its transaction was committed, of {@link System#nanoTime}
     */
    long publish() {
        long version = last + 1;
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(
                new SnapshotCodec.Draft(
                        model,
                        version,
                        last,
                        net.model(),
                        Offsets.none(kafka.topics().images()),
                        Offsets.none(kafka.topics().images()),
                        1,
                        1,
                        null,
                        new Evaluation(Math.log(10), 0.1, 1),
                        null,
                        "cpu",
                        "cpu",
                        Instant.EPOCH,
                        null),
                weights);
        producer.beginTransaction();
        for (SnapshotCodec.Part part : encoded.parts()) {
            Future<?> unused = producer.send(new ProducerRecord<>(
                    kafka.topics().models(), 0, part.key().getBytes(StandardCharsets.UTF_8), part.value()));
        }
        producer.commitTransaction();
        last = version;
        return System.nanoTime();
    }

    @Override
    public void close() {
        producer.close();
    }
}
