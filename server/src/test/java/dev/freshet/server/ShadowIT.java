package dev.freshet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.freshet.core.config.Config;
import dev.freshet.core.evaluation.Scoring;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Registry;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.registry.Authorship;
import dev.freshet.core.registry.Catalog;
import dev.freshet.core.registry.Change;
import dev.freshet.core.registry.Serving;
import dev.freshet.engine.Scorer;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A labelled version behind a whole server, asked through Kafka and over gRPC. */
@ExtendWith(KafkaBrokerExtension.class)
class ShadowIT {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int IMAGES = 60;
    private static final int CLASSES = 10;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void scoresWhatEveryPathAnswersAndIsJudgedByTheLabelsOfRequests(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        Versions.publish(kafka, Versions.version(1));
        Versions.publish(kafka, Versions.version(2));
        int[] ofShadow = predictions(1);
        int[] ofServed = predictions(2);
        Map<String, Double> expected = new HashMap<>();
        for (int i = 0; i < IMAGES; i++) {
            expected.merge(ofShadow[i] == ofServed[i] ? "agreed" : "disagreed", 1.0, Double::sum);
            boolean shadowIsRight = ofShadow[i] == label(i);
            boolean servedIsRight = ofServed[i] == label(i);
            String right = shadowIsRight ? servedIsRight ? "both" : "shadow" : servedIsRight ? "served" : "neither";
            expected.merge(right, 1.0, Double::sum);
        }
        try (Server server = server(kafka)) {
            Catalog catalog = new Catalog(new TreeSet<>(List.of(1L, 2L)), Map.of());
            new Registry(kafka, Clock.systemUTC())
                    .change(
                            Versions.MODEL,
                            new Change.Label(Serving.SHADOW, 1, null),
                            new Authorship("mara", "a test"),
                            () -> catalog);
            await().atMost(LONG)
                    .until(() -> registry.get(Meters.SERVER_SHADOW_VERSION.meterName())
                                    .gauge()
                                    .value()
                            == 1);

            // When
            for (int i = 0; i < IMAGES; i++) {
                byte[] request = ImageRecord.parseFrom(Requests.request("r" + i, Versions.image(i))).toBuilder()
                        .setLabel(label(i))
                        .build()
                        .toByteArray();
                Requests.sendTo(kafka, i % 2, "r" + i, request);
            }
            await().atMost(LONG).until(() -> compared("agreed") + compared("disagreed") == IMAGES);

            // Then
            for (String outcome : List.of("agreed", "disagreed")) {
                assertThat(compared(outcome)).as(outcome).isEqualTo(expected.getOrDefault(outcome, 0.0));
            }
            for (String right : List.of("both", "shadow", "served", "neither")) {
                assertThat(contests(right)).as(right).isEqualTo(expected.getOrDefault(right, 0.0));
            }
            assertThat(Requests.answers(broker, kafka))
                    .extracting(answer -> Requests.parse(answer).getModelVersion())
                    .hasSize(IMAGES)
                    .containsOnly(2L);
            assertThat(stub(server).modelInfer(overGrpc()).getModelVersion()).isEqualTo("2");
            await().atMost(LONG).until(() -> compared("agreed") + compared("disagreed") == IMAGES + 1);
        }
    }

    /** Some that the shadow is right about, some that the served version is, and some that neither is. */
    private static int label(int image) {
        return image % CLASSES;
    }

    private static int[] predictions(long version) {
        Snapshot snapshot = Versions.version(version).snapshot();
        int inputs = Versions.SPEC.input().size();
        float[] features = new float[IMAGES * inputs];
        float[] one = new float[inputs];
        for (int i = 0; i < IMAGES; i++) {
            Versions.SPEC.input().scaleBytes(Versions.image(i), one);
            System.arraycopy(one, 0, features, i * inputs, inputs);
        }
        float[] probabilities = new float[IMAGES * CLASSES];
        try (Scorer scorer = new CpuEngine().scorer(snapshot.spec(), snapshot.weights())) {
            scorer.score(features, IMAGES, probabilities);
        }
        int[] predictions = new int[IMAGES];
        for (int i = 0; i < IMAGES; i++) {
            predictions[i] = Scoring.predictedClass(probabilities, i, CLASSES);
        }
        return predictions;
    }

    private Server server(KafkaSettings kafka) {
        String prefix = kafka.topics().prefix();
        Config config = Config.empty()
                .override("server.host", "127.0.0.1")
                .override("server.port", 0)
                .override("server.group-id", prefix + "servers")
                .override("server.instance-id", prefix + "server");
        ServerConfig settings = ServerConfig.from(config);
        config.requireValid();
        Server server = new Server(settings, new CpuEngine(), kafka, registry, Clock.systemUTC()).start();
        await().atMost(LONG).until(() -> server.servedVersion() == 2);
        return server;
    }

    private static GRPCInferenceServiceBlockingStub stub(Server server) {
        return GrpcClients.newClient(
                "gproto+http://127.0.0.1:" + server.port(), GRPCInferenceServiceBlockingStub.class);
    }

    private static ModelInferRequest overGrpc() {
        return ModelInferRequest.newBuilder()
                .setModelName(Versions.MODEL)
                .addInputs(InferInputTensor.newBuilder()
                        .setName("input")
                        .setDatatype("UINT8")
                        .addShape(1)
                        .addShape(784))
                .addRawInputContents(ByteString.copyFrom(Versions.image(1)))
                .build();
    }

    private double compared(String outcome) {
        return Meters.SERVER_SHADOW_COMPARED
                .counter(registry, "outcome", outcome)
                .count();
    }

    private double contests(String right) {
        return Meters.SERVER_SHADOW_CONTESTS.counter(registry, "right", right).count();
    }
}
