package dev.freshet.server.admin;

import static dev.freshet.server.Versions.publish;
import static dev.freshet.server.Versions.publishDamaged;
import static dev.freshet.server.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.registry.CanarySplit;
import dev.freshet.core.registry.ServingDecision;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.inference.ModelMetadataRequest;
import dev.freshet.protocol.v1.AdminGrpc.AdminBlockingStub;
import dev.freshet.protocol.v1.Authorship;
import dev.freshet.protocol.v1.GetVersionRequest;
import dev.freshet.protocol.v1.LabelRequest;
import dev.freshet.protocol.v1.ListVersionsRequest;
import dev.freshet.protocol.v1.ListVersionsResponse;
import dev.freshet.protocol.v1.ModelVersion;
import dev.freshet.protocol.v1.PinRequest;
import dev.freshet.protocol.v1.QuarantineRequest;
import dev.freshet.protocol.v1.QuarantinedVersions;
import dev.freshet.protocol.v1.RollbackRequest;
import dev.freshet.protocol.v1.ServingState;
import dev.freshet.protocol.v1.UnpinRequest;
import dev.freshet.server.Cluster;
import dev.freshet.server.PlainEngine;
import dev.freshet.server.Requests;
import dev.freshet.server.Server;
import dev.freshet.server.ServerConfig;
import dev.freshet.server.Versions;
import dev.freshet.server.model.VersionPolicy;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaBrokerExtension.class)
class AdministrationIT {
    private static final String MODEL = Versions.MODEL;
    private static final Authorship BY =
            Authorship.newBuilder().setWho("mara").setWhy("a test").build();

    private final PlainEngine engine = new PlainEngine();
    private final Deque<Server> started = new ArrayDeque<>();

    @AfterEach
    void everythingIsFreed() {
        started.forEach(Server::close);
        assertThat(engine.openScorers()).isZero();
    }

    @Test
    void everyReplicaFollowsAPinAndOneThatRestartsComesBackToIt(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = clusterWith(broker, 4);
        Server first = start(kafka);
        Server second = start(kafka);
        awaitServed(first, 4);
        awaitServed(second, 4);

        // When
        ServingState state = admin(first)
                .pin(PinRequest.newBuilder()
                        .setModel(MODEL)
                        .setVersion(2)
                        .setBy(BY)
                        .build());

        // Then
        assertThat(state.getPinned()).isEqualTo(2);
        assertThat(state.getRevision()).isEqualTo(1);
        assertThat(state.getWho()).isEqualTo("mara");
        awaitServed(first, 2);
        awaitServed(second, 2);
        publish(kafka, version(5));
        second.close();
        Server again = start(kafka);
        awaitServed(again, 2);
        assertThat(again.servedVersion()).isEqualTo(2);

        // When
        Object unused = admin(again)
                .unpin(UnpinRequest.newBuilder().setModel(MODEL).setBy(BY).build());

        // Then
        awaitServed(first, 5);
        awaitServed(again, 5);
        assertThat(decisions(broker, kafka))
                .extracting(decision -> decision.change() + " by " + decision.who() + ": " + decision.reason())
                .containsExactly("pin 2 by mara: a test", "unpin by mara: a test");
    }

    @Test
    void aRollbackAndAQuarantineTakeVersionsAwayFromEverybody(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = clusterWith(broker, 5);
        Server server = start(kafka);
        awaitServed(server, 5);
        AdminBlockingStub admin = admin(server);

        // When
        ServingState rolledBack = admin.rollback(
                RollbackRequest.newBuilder().setModel(MODEL).setBy(BY).build());

        // Then
        assertThat(rolledBack.getQuarantinedList())
                .containsExactly(QuarantinedVersions.newBuilder()
                        .setFirst(5)
                        .setLast(5)
                        .setWhy("rolled back to 4: a test")
                        .build());
        awaitServed(server, 4);
        refused(Status.Code.NOT_FOUND, () -> infer(server, "5", ""), "is not served; 4 is");

        // When
        Object unused = admin.quarantine(QuarantineRequest.newBuilder()
                .setModel(MODEL)
                .setVersion(4)
                .setBy(BY)
                .build());

        // Then
        awaitServed(server, 3);
        refused(
                Status.Code.FAILED_PRECONDITION,
                () -> pin(admin, MODEL, 4, BY),
                "version 4 of model \"default\" is quarantined: a test");
        refused(Status.Code.NOT_FOUND, () -> pin(admin, MODEL, 9, BY), "there is no version 9");
        refused(Status.Code.NOT_FOUND, () -> pin(admin, "other", 1, BY), "model \"other\" is not served here");
        refused(
                Status.Code.INVALID_ARGUMENT,
                () -> pin(
                        admin, MODEL, 1, Authorship.newBuilder().setWho("mara").build()),
                "why must be a reason");
        publish(kafka, version(6));
        awaitServed(server, 6);
    }

    @Test
    void requestsNameVersionsByNumberAndLabel(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = clusterWith(broker, 3);
        Server server = start(kafka);
        awaitServed(server, 3);

        // When
        label(server, "stable", 1);
        await().until(() -> versionsOf(server).equals(List.of("1", "3")));

        // Then
        assertThat(infer(server, "stable", "")).isEqualTo("1");
        assertThat(infer(server, "1", "")).isEqualTo("1");
        assertThat(infer(server, "3", "")).isEqualTo("3");
        assertThat(infer(server, "", "")).isEqualTo("3");
        refused(
                Status.Code.NOT_FOUND,
                () -> infer(server, "2", ""),
                "version \"2\" of model default is not served; 1, 3, stable are");
        assertThat(client(server)
                        .get("/v2/models/default/versions/stable/ready")
                        .aggregate()
                        .join()
                        .status())
                .isEqualTo(HttpStatus.OK);
        assertThat(inferOverRest(server, "/versions/stable", "")).isEqualTo("1");
    }

    @Test
    void theCanaryAnswersTheSameIdsOnEveryPath(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = clusterWith(broker, 2);
        Server server = start(kafka);
        awaitServed(server, 2);
        CanarySplit split = CanarySplit.ofWeight(25);
        int ids = 200;

        // When
        Object unused = admin(server)
                .label(LabelRequest.newBuilder()
                        .setModel(MODEL)
                        .setLabel("canary")
                        .setVersion(1)
                        .setWeight(25)
                        .setBy(BY)
                        .build());
        await().until(() -> versionsOf(server).equals(List.of("1", "2")));
        Requests.send(kafka, 0, ids);
        await().until(() -> Requests.answers(broker, kafka).size() == ids);

        // Then
        Requests.answers(broker, kafka).stream().map(Requests::parse).forEach(prediction -> assertThat(
                        prediction.getModelVersion())
                .isEqualTo(split.takes(prediction.getId()) ? 1 : 2));
        for (int i = 0; i < ids; i++) {
            String expected = split.takes("r" + i) ? "1" : "2";
            assertThat(infer(server, "", "r" + i)).isEqualTo(expected);
            if (i < 20) {
                assertThat(inferOverRest(server, "", "r" + i)).isEqualTo(expected);
            }
        }
    }

    @Test
    void showsVersionsWithLineageAndWhatTheyAreThereFor(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = clusterWith(broker, 3);
        publishDamaged(kafka, version(4));
        Server server = start(kafka);
        awaitServed(server, 3);
        label(server, "stable", 2);
        await().until(() -> versionsOf(server).equals(List.of("2", "3")));

        // When
        ListVersionsResponse list = admin(server)
                .listVersions(ListVersionsRequest.newBuilder().setModel(MODEL).build());
        ListVersionsResponse page = admin(server)
                .listVersions(ListVersionsRequest.newBuilder()
                        .setModel(MODEL)
                        .setBefore(3)
                        .setLimit(1)
                        .build());
        ModelVersion second = admin(server)
                .getVersion(GetVersionRequest.newBuilder()
                        .setModel(MODEL)
                        .setVersion(2)
                        .build());

        // Then
        assertThat(list.getVersionsList()).extracting(ModelVersion::getVersion).containsExactly(4L, 3L, 2L, 1L);
        assertThat(list.getVersions(0).getDamage()).contains("SHA-256");
        assertThat(list.getVersions(1).getServed()).isTrue();
        assertThat(list.getVersions(3).getLoaded()).isFalse();
        assertThat(list.getState().getLabelsMap()).isEqualTo(Map.of("stable", 2L));
        assertThat(page.getVersionsList()).containsExactly(second);
        assertThat(second.getLabelsList()).containsExactly("stable");
        assertThat(second.getLoaded()).isTrue();
        assertThat(second.getServed()).isFalse();
        assertThat(second.getParentVersion()).isEqualTo(1);
        assertThat(second.getExamples()).isEqualTo(2_000);
        assertThat(second.getCandidate().getAccuracy()).isEqualTo(0.9375);
        assertThat(second.hasChampion()).isFalse();
        assertThat(second.getLearnedTo().getTopic()).isEqualTo("images");
        assertThat(second.getCreatedAtMs()).isEqualTo(Versions.CREATED.toEpochMilli());
        assertThat(second.getSha256()).hasSize(64);
        refused(
                Status.Code.NOT_FOUND,
                () -> admin(server)
                        .getVersion(GetVersionRequest.newBuilder()
                                .setModel(MODEL)
                                .setVersion(7)
                                .build()),
                "there is no version 7 of model \"default\"");
    }

    @Test
    void saysAndTakesTheSameInJson(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = clusterWith(broker, 3);
        Server server = start(kafka);
        awaitServed(server, 3);

        // When
        AggregatedHttpResponse pinned = post(server, "pin", "{\"version\": 2, \"who\": \"mara\", \"why\": \"a test\"}");

        // Then
        assertThat(pinned.status()).isEqualTo(HttpStatus.OK);
        assertThat(json(pinned).get("pinned").asLong()).isEqualTo(2);
        awaitServed(server, 2);
        JsonNode shown = json(get(server, "/versions/2"));
        assertThat(shown.get("served").asBoolean()).isTrue();
        assertThat(shown.get("candidate").get("loss").asDouble()).isEqualTo(0.25);
        assertThat(json(get(server, "/versions?limit=2")).get("versions")).hasSize(2);
        assertThat(json(get(server, "")).get("why").asText()).isEqualTo("a test");

        // Then
        answers(post(server, "pin", "{\"version\": 9, \"who\": \"m\", \"why\": \"w\"}"), 404, "there is no version 9");
        answers(post(server, "quarantine", "{\"version\": 2, \"who\": \"m\", \"why\": \"w\"}"), 409, "is pinned");
        answers(post(server, "pin", "{\"version\": 2, \"who\": \"m\"}"), 400, "why must be a reason");
        answers(post(server, "pin", "{\"who\": \"m\", \"why\": \"w\"}"), 400, "\"version\" is missing");
        answers(
                post(server, "label", "{\"label\": \"A\", \"version\": 1, \"who\": \"m\", \"why\": \"w\"}"),
                400,
                "a label");
        answers(post(server, "pin", "{\"verison\": 2}"), 400, "verison");
        answers(post(server, "pin", "null"), 400, "the body is not such a request");
        answers(get(server, "/versions/8"), 404, "there is no version 8");
        answers(get(server, "/versions/x"), 400, "\"x\" is no number");
        answers(get(server, "/pin"), 405, "takes POST, not GET");
        AggregatedHttpResponse form = client(server)
                .execute(
                        RequestHeaders.of(HttpMethod.POST, "/v1/models/default/unpin", "content-type", "text/plain"),
                        "{\"who\": \"m\", \"why\": \"w\"}")
                .aggregate()
                .join();
        answers(form, 415, "application/json is taken");
        assertThat(server.servedVersion()).isEqualTo(2);
    }

    @Test
    void isNotThereWhereItIsSwitchedOff(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = clusterWith(broker, 1);
        Server server = start(kafka, false);
        awaitServed(server, 1);

        // Then
        refused(Status.Code.UNIMPLEMENTED, () -> pin(admin(server), MODEL, 1, BY), "");
        assertThat(get(server, "/versions").status()).isEqualTo(HttpStatus.NOT_FOUND);
    }

    private static KafkaSettings clusterWith(KafkaBroker broker, int versions) throws InterruptedException {
        KafkaSettings kafka = Cluster.withTopics(broker);
        for (int version = 1; version <= versions; version++) {
            publish(kafka, version(version));
        }
        return kafka;
    }

    private static void awaitServed(Server server, long version) {
        await().until(server::servedVersion, served -> served == version);
    }

    private static List<ServingDecision> decisions(KafkaBroker broker, KafkaSettings kafka) {
        return broker.consumeAll(kafka.topics().decisions(), Duration.ofSeconds(20)).stream()
                .map(record -> SnapshotCodec.fromJson(record.value(), ServingDecision.class))
                .toList();
    }

    private Server start(KafkaSettings kafka) {
        return start(kafka, true);
    }

    private Server start(KafkaSettings kafka, boolean admin) {
        String prefix = kafka.topics().prefix();
        ServerConfig config = new ServerConfig(
                MODEL,
                VersionPolicy.LATEST,
                admin,
                "127.0.0.1",
                0,
                null,
                1024,
                ServerConfig.defaults().batching(),
                2,
                true,
                prefix + "servers",
                "",
                true,
                Duration.ofMillis(50),
                1000);
        Server server = new Server(
                config, engine, kafka, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), Clock.systemUTC());
        started.push(server);
        return server.start();
    }

    private static AdminBlockingStub admin(Server server) {
        return GrpcClients.builder("gproto+http://127.0.0.1:" + server.port())
                .responseTimeout(Duration.ofSeconds(30))
                .build(AdminBlockingStub.class);
    }

    private static ServingState pin(AdminBlockingStub admin, String model, long version, Authorship by) {
        return admin.pin(PinRequest.newBuilder()
                .setModel(model)
                .setVersion(version)
                .setBy(by)
                .build());
    }

    private static void label(Server server, String label, long version) {
        Object unused = admin(server)
                .label(LabelRequest.newBuilder()
                        .setModel(MODEL)
                        .setLabel(label)
                        .setVersion(version)
                        .setBy(BY)
                        .build());
    }

    private static List<String> versionsOf(Server server) {
        return inference(server)
                .modelMetadata(ModelMetadataRequest.newBuilder().setName(MODEL).build())
                .getVersionsList();
    }

    private static GRPCInferenceServiceBlockingStub inference(Server server) {
        return GrpcClients.newClient(
                "gproto+http://127.0.0.1:" + server.port(), GRPCInferenceServiceBlockingStub.class);
    }

    /** The version that answers. */
    private static String infer(Server server, String version, String id) {
        InferInputTensor.Builder tensor = InferInputTensor.newBuilder()
                .setName("input")
                .setDatatype("UINT8")
                .addShape(1)
                .addShape(784);
        for (byte value : Versions.image(1)) {
            tensor.getContentsBuilder().addUintContents(value & 0xff);
        }
        return inference(server)
                .modelInfer(ModelInferRequest.newBuilder()
                        .setModelName(MODEL)
                        .setModelVersion(version)
                        .setId(id)
                        .addInputs(tensor)
                        .build())
                .getModelVersion();
    }

    private static String inferOverRest(Server server, String path, String id) throws IOException {
        String pixels = "0," + "1,".repeat(782) + "2";
        String body = "{\"id\": \"" + id + "\", \"inputs\": [{\"name\": \"input\", \"datatype\": \"UINT8\","
                + " \"shape\": [1, 784], \"data\": [" + pixels + "]}]}";
        AggregatedHttpResponse answer = client(server)
                .execute(
                        RequestHeaders.of(
                                HttpMethod.POST,
                                "/v2/models/default" + path + "/infer",
                                "content-type",
                                "application/json"),
                        body)
                .aggregate()
                .join();
        return json(answer).get("model_version").asText();
    }

    private static WebClient client(Server server) {
        return WebClient.of("http://127.0.0.1:" + server.port());
    }

    private static AggregatedHttpResponse get(Server server, String path) {
        return client(server).get("/v1/models/default" + path).aggregate().join();
    }

    private static AggregatedHttpResponse post(Server server, String change, String body) {
        return client(server)
                .execute(
                        RequestHeaders.of(
                                HttpMethod.POST,
                                "/v1/models/default/" + change,
                                "content-type",
                                "application/json; charset=utf-8"),
                        body)
                .aggregate()
                .join();
    }

    private static JsonNode json(AggregatedHttpResponse response) throws IOException {
        return JsonMapper.builder().build().readTree(response.contentUtf8());
    }

    private static void answers(AggregatedHttpResponse response, int status, String part) throws IOException {
        assertThat(response.status().code()).isEqualTo(status);
        assertThat(json(response).get("error").asText()).contains(part);
    }

    private static void refused(Status.Code code, ThrowingCallable call, String part) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(call)
                .withMessageContaining(part)
                .satisfies(refusal -> assertThat(refusal.getStatus().getCode()).isEqualTo(code));
    }
}
