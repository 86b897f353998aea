package dev.freshet.server;

import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.model.SnapshotCodec.Draft;
import dev.freshet.core.model.SnapshotCodec.Encoded;
import dev.freshet.core.model.SnapshotCodec.Part;
import dev.freshet.core.model.Weights;
import dev.freshet.engine.Engine;
import dev.freshet.server.model.ServedModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Versions of a small model with weights drawn at random, and a trainer's way of publishing them. */
public final class Versions {
    public static final String MODEL = "default";
    public static final Instant CREATED = Instant.parse("2026-11-20T10:00:00Z");

    /** 28×28 grey images, normalised, ten classes. */
    public static final ModelSpec SPEC = new ModelSpec(
            new InputSpec(List.of(1, 28, 28), List.of(0.1307), List.of(0.3081)),
            List.of(new LayerSpec(16, Activation.RELU)),
            List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"));

    private Versions() {}

    public static Encoded version(long version) {
        return version(version, SPEC, weights(SPEC, version));
    }

    public static Encoded version(long version, ModelSpec spec, Weights weights) {
        Draft draft = new Draft(
                MODEL,
                version,
                version - 1,
                spec,
                Offsets.none("images"),
                Offsets.none("images"),
                1000 * version,
                10 * version,
                null,
                new Evaluation(0.25, 0.9375, 512),
                null,
                "plain",
                "cpu",
                CREATED,
                null);
        return SnapshotCodec.encode(draft, weights);
    }

    public static Weights weights(ModelSpec spec, long seed) {
        Random random = new Random(seed);
        List<NamedTensor> tensors = new ArrayList<>();
        spec.parameterShapes().forEach((name, shape) -> {
            float[] values = new float[shape.stream().reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() / Math.sqrt(shape.get(shape.size() - 1)));
            }
            tensors.add(new NamedTensor(name, shape, values));
        });
        return new Weights(tensors);
    }

    /** An image of random bytes, the same for the same seed. */
    public static byte[] image(long seed) {
        byte[] image = new byte[SPEC.input().size()];
        new Random(seed).nextBytes(image);
        return image;
    }

    /** A grey picture of the model's size with these pixels, as a PNG file. */
    public static byte[] png(byte[] image) {
        BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setDataElements(0, 0, 28, 28, image);
        return file(picture, "png");
    }

    /** A picture as a file of a format that the JDK writes. */
    public static byte[] file(BufferedImage picture, String format) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(picture, format, file)) {
                throw new IllegalArgumentException("the JDK does not write " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    /** Loads a version and lets it answer, as the follower does. */
    public static void serve(ServedModel served, Engine engine, Encoded version) {
        load(served, engine, version);
        served.assign(version.snapshot().version(), served.labels(), served.split());
    }

    /** Loads a version that nothing has a use for yet. */
    public static void load(ServedModel served, Engine engine, Encoded version) {
        Snapshot snapshot = version.snapshot();
        served.load(snapshot.manifest(), engine.scorer(snapshot.spec(), snapshot.weights()));
    }

    /** Publishes in one transaction, as a trainer does. */
    public static void publish(KafkaSettings kafka, Encoded version) {
        publish(kafka, version, UnaryOperator.identity());
    }

    /** Publishes with one bit of the first chunk flipped. */
    public static void publishDamaged(KafkaSettings kafka, Encoded version) {
        publish(kafka, version, chunk -> {
            byte[] damaged = chunk.clone();
            damaged[damaged.length / 2] ^= 0x10;
            return damaged;
        });
    }

    private static void publish(KafkaSettings kafka, Encoded version, UnaryOperator<byte[]> onFirstChunk) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                kafka.forClient(
                        "test-trainer",
                        Map.of("transactional.id", kafka.topics().prefix() + "trainer")),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            List<Part> parts = version.parts();
            for (int i = 0; i < parts.size(); i++) {
                Part part = parts.get(i);
                byte[] value = i == 0 ? onFirstChunk.apply(part.value()) : part.value();
                var unused = producer.send(new ProducerRecord<>(kafka.topics().models(), part.key(), value));
            }
            producer.commitTransaction();
        }
    }
}
