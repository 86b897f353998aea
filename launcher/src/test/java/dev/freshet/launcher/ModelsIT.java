package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.freshet.core.config.Config;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.model.SnapshotCodec.Draft;
import dev.freshet.core.model.SnapshotCodec.Encoded;
import dev.freshet.core.model.SnapshotCodec.Part;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.FreshWeights;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.server.Server;
import dev.freshet.server.ServerConfig;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a user does with the published versions, with a real broker and a real server. */
@ExtendWith(KafkaBrokerExtension.class)
class ModelsIT {
    private static final int IMAGES = 256;

    private static final ModelSpec SPEC = new ModelSpec(
            new InputSpec(List.of(1, 28, 28), List.of(0.1307), List.of(0.3081)),
            List.of(new LayerSpec(32, Activation.GELU), new LayerSpec(16, Activation.LEAKY_RELU, 0.2, 0.5)),
            List.of("zero", "one", "two", "three", "four"));

    private static final ModelSpec FOR_DL4J = new ModelSpec(
            new InputSpec(List.of(1, 28, 28), List.of(0.1307), List.of(0.3081)),
            List.of(new LayerSpec(8, Activation.RELU)),
            List.of("yes", "no"));

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private KafkaSettings kafka = KafkaSettings.of("unused:1", Topics.withPrefix("unused."));

    @BeforeEach
    void topicsOfItsOwn(KafkaBroker broker) throws Exception {
        Topics topics = Topics.withPrefix(broker.uniqueTopicPrefix());
        kafka = KafkaSettings.of(broker.bootstrapServers(), topics);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            TopicCreation.createMissing(admin, topics);
        }
        Files.writeString(folder.resolve("freshet.yaml"), "topics: {prefix: " + topics.prefix() + "}");
    }

    @Test
    void listsEveryVersionOfEveryModel() throws Exception {
        // Given
        publish(version("default", 1, SPEC));
        publish(version("default", 2, SPEC));
        publishDamaged(version("default", 3, SPEC));
        publish(version("other", 1, FOR_DL4J));

        // When
        int exitCode = models("list");

        // Then
        assertThat(exitCode).isZero();
        assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "model version served parent created examples loss accuracy net engine",
                        "default 1 - - 2026-11-20T10:00:00Z 1,000 0.2500 93.75 % 784-32-16-5 cpu",
                        "default 2 - 1 2026-11-20T10:00:00Z 2,000 0.2500 93.75 % 784-32-16-5 cpu",
                        "default 3 - damaged: chunk 0 does not have the SHA-256 that the manifest gives",
                        "other 1 - - 2026-11-20T10:00:00Z 1,000 0.2500 93.75 % 784-8-2 cpu");
    }

    @Test
    void decidesWhatIsServedAndListsAndShowsIt() throws Exception {
        // Given
        publish(version("default", 1, SPEC));
        publish(version("default", 2, SPEC));
        publish(version("default", 3, SPEC));
        publishDamaged(version("default", 4, SPEC));

        // When, Then
        assertThat(models("pin", "2", "--why", "sevens", "--who", "mara")).isZero();
        assertThat(models("label", "stable", "1", "--why", "proven")).isZero();
        assertThat(models("label", "canary", "latest", "--weight", "12.5", "--why", "a try"))
                .isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "model \"default\", revision 1: version 2 is pinned",
                        "model \"default\", revision 2: version 2 is pinned; labels: stable 1",
                        "model \"default\", revision 3: version 2 is pinned; labels: canary 3 (12.5 %), stable 1");
        out.getBuffer().setLength(0);
        assertThat(models("list")).isZero();
        assertThat(out.toString().lines().skip(1).map(line -> line.replaceAll(" +", " ")))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("default 1 stable - 2026"),
                        line -> assertThat(line).startsWith("default 2 pinned 1 2026"),
                        line -> assertThat(line).startsWith("default 3 canary 2 2026"),
                        line -> assertThat(line).startsWith("default 4 - damaged"));

        // When, Then
        out.getBuffer().setLength(0);
        assertThat(models("unpin", "--why", "mended")).isZero();
        assertThat(models("unlabel", "stable", "--why", "out of date")).isZero();
        assertThat(models("rollback", "--why", "worse than 2")).isZero();
        assertThat(models("unquarantine", "3", "--why", "not so bad")).isZero();
        assertThat(models("quarantine", "1", "--why", "too old")).isZero();
        assertThat(out.toString().lines())
                .endsWith(
                        "model \"default\", revision 6: nothing is pinned; quarantined: 3",
                        "model \"default\", revision 7: nothing is pinned",
                        "model \"default\", revision 8: nothing is pinned; quarantined: 1");
        out.getBuffer().setLength(0);
        assertThat(models("show", "1")).isZero();
        assertThat(out.toString().lines()).contains("served      quarantined", "quarantined too old");
        out.getBuffer().setLength(0);
        assertThat(models("list", "--json")).isZero();
        assertThat(new ObjectMapper()
                        .readTree(out.toString())
                        .get(0)
                        .get("quarantined")
                        .asText())
                .isEqualTo("too old");
    }

    @Test
    void refusesDecisionsThatMakeNoSense() throws Exception {
        // Given
        publish(version("default", 1, SPEC));
        publishDamaged(version("default", 2, SPEC));

        // When, Then
        assertThat(models("pin", "7", "--why", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no version 7 of model \"default\"; the newest is 1");
        assertThat(models("pin", "2", "--why", "x")).isEqualTo(1);
        assertThat(err.toString()).contains("version 2 of model \"default\" is damaged: chunk 0");
        assertThat(models("quarantine", "1", "--why", "x")).isEqualTo(1);
        assertThat(err.toString()).contains("version 1 of model \"default\" is the last that can be served");
        assertThat(models("unpin", "--why", "x")).isEqualTo(1);
        assertThat(models("label", "canary", "1", "--why", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("a new canary needs a weight");
        assertThat(models("pin", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required option: '--why=TEXT'");
        assertThat(models("pin", "1", "--why", "x", "--model", "other")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no model \"other\"");
    }

    @Test
    void passesOverVersionsThatWereRemoved() throws Exception {
        // Given
        for (int version = 1; version <= 3; version++) {
            publish(version("default", version, SPEC));
        }
        publish(version("gone", 1, SPEC));
        remove("default", 1);
        remove("gone", 1);

        // When
        int listed = models("list");
        int shown = models("show", "1");

        // Then
        assertThat(listed).isZero();
        assertThat(out.toString().lines().skip(1).map(line -> line.replaceAll(" +", " ")))
                .allMatch(line -> line.startsWith("default 2 ") || line.startsWith("default 3 "))
                .hasSize(2);
        assertThat(shown).isEqualTo(2);
        assertThat(err.toString())
                .contains("there is no version 1 of model \"default\"")
                .contains("there is 2 to 3");
    }

    @Test
    void listsInJsonAndOneModelAlone() throws Exception {
        // Given
        publish(version("default", 1, SPEC));
        publish(version("other", 1, FOR_DL4J));
        publishDamaged(version("other", 2, FOR_DL4J));

        // When
        int exitCode = models("list", "--json", "--model", "other");

        // Then
        assertThat(exitCode).isZero();
        JsonNode versions = new ObjectMapper().readTree(out.toString());
        assertThat(versions).hasSize(2);
        assertThat(versions.get(0).get("model").asText()).isEqualTo("other");
        assertThat(versions.get(0).get("version").asLong()).isEqualTo(1);
        assertThat(versions.get(0).get("candidate").get("loss").asDouble()).isEqualTo(0.25);
        assertThat(versions.get(0).get("net").asText()).isEqualTo("784-8-2");
        assertThat(versions.get(0).has("damage")).isFalse();
        assertThat(versions.get(1).get("damage").asText()).contains("SHA-256");
    }

    @Test
    void saysSoWhereNothingHasBeenPublishedOrThereIsNoSuchTopic() throws Exception {
        // When, Then
        assertThat(models("list")).isZero();
        assertThat(out.toString())
                .isEqualTo(
                        "no version has been published in %s%n", kafka.topics().models());
        assertThat(models("show", "latest")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no model \"default\"", "no version has been published");

        // Given
        Files.writeString(folder.resolve("freshet.yaml"), "topics: {prefix: nobody.}");

        // When, Then
        assertThat(models("list")).isEqualTo(1);
        assertThat(err.toString()).contains("topic nobody.models does not exist");
    }

    @Test
    void showsTheNewestWholeVersionAndItsManifest() throws Exception {
        // Given
        Encoded second = version("default", 2, SPEC);
        publish(version("default", 1, SPEC));
        publish(second);
        publishDamaged(version("default", 3, SPEC));

        // When, Then
        assertThat(models("show", "latest")).isZero();
        assertThat(out.toString())
                .contains("784-32-16-5", "gelu", "leaky-relu of alpha 0.2, dropout 0.5", "mean [0.1307]")
                .contains("5: zero, one, two, three, four")
                .contains(second.snapshot().manifest().sha256());

        // When, Then
        out.getBuffer().setLength(0);
        assertThat(models("show", "2", "--json")).isZero();
        assertThat(SnapshotCodec.fromJson(out.toString().getBytes(StandardCharsets.UTF_8), Manifest.class))
                .isEqualTo(second.snapshot().manifest());
    }

    @Test
    void refusesVersionsThatAreMissingOrDamagedAndSaysWhatThereIs() throws Exception {
        // Given
        publish(version("default", 1, SPEC));
        publish(version("default", 2, SPEC));
        publish(version("default", 3, SPEC));
        publishDamaged(version("default", 4, SPEC));

        // When, Then
        assertThat(models("export", "7", "--format", "onnx")).isEqualTo(2);
        assertThat(err.toString())
                .contains("there is no version 7 of model \"default\"", "there is 1 to 3, 4 (damaged)");
        assertThat(models("export", "1", "--model", "mnist", "--format", "onnx"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("there is no model \"mnist\"", "there is \"default\"");
        assertThat(models("export", "4", "--format", "safetensors")).isEqualTo(1);
        assertThat(err.toString()).contains("version 4 of model \"default\" is damaged: chunk 0", "SHA-256");
        assertThat(models("export", "1", "--format", "dl4j")).isEqualTo(2);
        assertThat(err.toString()).contains("DL4J has no gelu");
        assertThat(folder).isDirectoryContaining("glob:**.yaml").isDirectoryNotContaining("glob:**.onnx");
    }

    @Test
    void exportsTheFileThatWasPublishedAndOverwritesNothingUnasked() throws Exception {
        // Given
        Encoded published = version("default", 1, SPEC);
        publish(published);
        Path file = folder.resolve("exports/default.safetensors");

        // When
        int exitCode = models("export", "1", "--format", "safetensors", "--out", file.toString());

        // Then
        assertThat(exitCode).isZero();
        assertThat(file).hasBinaryContent(published.parts().get(0).value());
        assertThat(out.toString())
                .contains("wrote " + file, "version 1 of model \"default\"")
                .contains("subtracts [0.1307] and divides by [0.3081]");

        // Given
        Files.writeString(file, "precious");

        // When, Then
        assertThat(models("export", "1", "--format", "safetensors", "--out", file.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--force");
        assertThat(file).hasContent("precious");
        assertThat(models("export", "1", "--format", "safetensors", "--out", file.toString(), "--force"))
                .isZero();
        assertThat(file).hasBinaryContent(published.parts().get(0).value());
    }

    @Test
    void exportsWhatDl4jReads() throws Exception {
        // Given
        publish(version("default", 1, FOR_DL4J));
        Path file = folder.resolve("default.zip");

        // When
        int exitCode = models("export", "latest", "--format", "dl4j", "--out", file.toString());

        // Then
        assertThat(exitCode).as("%s", err).isZero();
        List<String> entries = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.add(entry.getName());
            }
        }
        assertThat(entries).contains("configuration.json", "coefficients.bin");
        assertThat(out.toString()).contains("does not normalise");
    }

    @Test
    void onnxRuntimeAnswersAsTheServerDoes() throws Exception {
        // Given
        publish(version("default", 1, SPEC));
        Path file = folder.resolve("default.onnx");
        float[] images = images();

        // When
        assertThat(models("export", "latest", "--format", "onnx", "--out", file.toString()))
                .as("%s", err)
                .isZero();

        // Then
        assertThat(out.toString()).contains("normalises by itself");
        assertThat(onnxRuntimeAnswers(file, images)).containsExactly(serverAnswers(images), within(1e-5f));
    }

    private float[] serverAnswers(float[] images) {
        ServerConfig config = ServerConfig.from(Config.parse("server: {port: 0, kafka-scoring: false}", "test"));
        ByteBuffer raw = ByteBuffer.allocate(images.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(images);
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName("default")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("input")
                        .setDatatype("FP32")
                        .addAllShape(List.of((long) IMAGES, 1L, 28L, 28L)))
                .addRawInputContents(ByteString.copyFrom(raw))
                .build();
        try (Server server =
                new Server(config, new CpuEngine(), kafka, Registries.create(), Clock.systemUTC()).start()) {
            await().until(() -> server.servedVersion() == 1);
            ModelInferResponse response = GrpcClients.newClient(
                            "gproto+http://localhost:" + server.port() + "/", GRPCInferenceServiceBlockingStub.class)
                    .modelInfer(request);
            assertThat(response.getOutputs(0).getName()).isEqualTo("probabilities");
            float[] answers = new float[IMAGES * SPEC.classes().size()];
            response.getRawOutputContents(0)
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(answers);
            return answers;
        }
    }

    private static float[] onnxRuntimeAnswers(Path file, float[] images) throws Exception {
        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        try (OrtSession session = runtime.createSession(file.toString());
                OnnxTensor tensor = OnnxTensor.createTensor(runtime, FloatBuffer.wrap(images), new long[] {
                    IMAGES, SPEC.input().size()
                });
                OrtSession.Result result = session.run(Map.of("input", tensor))) {
            float[] answers = new float[IMAGES * SPEC.classes().size()];
            ((OnnxTensor) result.get("probabilities").orElseThrow())
                    .getFloatBuffer()
                    .get(answers);
            return answers;
        }
    }

    /** {@code [256][784]}, bytes divided by 255. */
    private static float[] images() {
        Random random = new Random(3);
        float[] images = new float[IMAGES * SPEC.input().size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = random.nextInt(256) / 255f;
        }
        return images;
    }

    private static Encoded version(String model, long version, ModelSpec spec) {
        Draft draft = new Draft(
                model,
                version,
                version - 1,
                spec,
                Offsets.none("images"),
                Offsets.of("images", Map.of(0, 10L)),
                1000 * version,
                10 * version,
                null,
                new Evaluation(0.25, 0.9375, 512),
                null,
                "cpu",
                "cpu",
                Instant.parse("2026-11-20T10:00:00.123Z"),
                null);
        return SnapshotCodec.encode(draft, FreshWeights.of(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), version)));
    }

    private void publish(Encoded version) throws Exception {
        publish(version.parts().get(0).value(), version);
    }

    /** With one bit of the first chunk flipped. */
    private void publishDamaged(Encoded version) throws Exception {
        byte[] damaged = version.parts().get(0).value().clone();
        damaged[damaged.length / 2] ^= 0x10;
        publish(damaged, version);
    }

    /** In one transaction, as a trainer does. */
    private void publish(byte[] firstChunk, Encoded version) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                kafka.forClient(
                        "test-trainer",
                        Map.of("transactional.id", kafka.topics().prefix() + "trainer")),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < version.parts().size(); i++) {
                Part part = version.parts().get(i);
                byte[] value = i == 0 ? firstChunk : part.value();
                producer.send(new ProducerRecord<>(kafka.topics().models(), part.key(), value))
                        .get();
            }
            producer.commitTransaction();
        }
    }

    /** As a trainer does that keeps fewer. */
    private void remove(String model, long version) throws Exception {
        try (KafkaProducer<String, byte @Nullable []> producer = new KafkaProducer<>(
                kafka.forClient("test-trainer", Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            for (String part : List.of("manifest", "0")) {
                producer.send(new ProducerRecord<>(kafka.topics().models(), model + "/" + version + "/" + part, null))
                        .get();
            }
        }
    }

    private int models(String... arguments) {
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of("models"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--bootstrap", kafka.bootstrapServers()));
        all.addAll(List.of("--config", folder.resolve("freshet.yaml").toString()));
        return commandLine.execute(all.toArray(String[]::new));
    }
}
