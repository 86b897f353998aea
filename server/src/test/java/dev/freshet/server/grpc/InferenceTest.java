package dev.freshet.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.ByteString;
import dev.freshet.core.model.Snapshot;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.protocol.inference.ModelInferResponse.InferOutputTensor;
import dev.freshet.protocol.inference.ModelMetadataResponse;
import dev.freshet.server.PlainEngine;
import dev.freshet.server.Versions;
import dev.freshet.server.model.PathMeters;
import dev.freshet.server.model.ServedModel;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferenceTest {
    private final ServedModel served = new ServedModel(Versions.MODEL);
    private final PathMeters meters = PathMeters.of(new SimpleMeterRegistry(), "grpc");
    private final Inference inference = new Inference(served, 16, meters);

    @Test
    void answersTypedRequestsInTypedContents() throws RefusedException {
        // Given
        load(3);

        // When
        ModelInferResponse answer = inference.infer(typed(2).setId("a7").build());

        // Then
        assertThat(answer.getModelName()).isEqualTo("default");
        assertThat(answer.getModelVersion()).isEqualTo("3");
        assertThat(answer.getId()).isEqualTo("a7");
        assertThat(answer.getParametersMap()).containsKey("scored_us");
        assertThat(answer.getRawOutputContentsList()).isEmpty();
        assertThat(answer.getOutputsList())
                .extracting(InferOutputTensor::getName, InferOutputTensor::getDatatype, InferOutputTensor::getShapeList)
                .containsExactly(
                        tuple("probabilities", "FP32", List.of(2L, 10L)),
                        tuple("class", "INT64", List.of(2L)),
                        tuple("label", "BYTES", List.of(2L)));
        int first = (int) answer.getOutputs(1).getContents().getInt64Contents(0);
        assertThat(answer.getOutputs(2).getContents().getBytesContents(0).toStringUtf8())
                .isEqualTo(Versions.SPEC.classes().get(first));
        assertThat(meters.predictions().count()).isEqualTo(2);
    }

    @Test
    void answersRawRequestsInRawContentsWithTheSameValues() throws RefusedException {
        // Given
        load(3);
        ModelInferResponse typed = inference.infer(typed(2).build());

        // When
        ModelInferResponse raw = inference.infer(raw(2).build());

        // Then
        assertThat(raw.getOutputsList()).noneMatch(InferOutputTensor::hasContents);
        ByteBuffer probabilities = littleEndian(raw.getRawOutputContents(0));
        for (float expected : typed.getOutputs(0).getContents().getFp32ContentsList()) {
            assertThat(probabilities.getFloat()).isEqualTo(expected);
        }
        ByteBuffer classes = littleEndian(raw.getRawOutputContents(1));
        for (long expected : typed.getOutputs(1).getContents().getInt64ContentsList()) {
            assertThat(classes.getLong()).isEqualTo(expected);
        }
        ByteBuffer labels = littleEndian(raw.getRawOutputContents(2));
        for (ByteString expected : typed.getOutputs(2).getContents().getBytesContentsList()) {
            byte[] label = new byte[labels.getInt()];
            labels.get(label);
            assertThat(new String(label, StandardCharsets.UTF_8)).isEqualTo(expected.toStringUtf8());
        }
        assertThat(probabilities.hasRemaining()).isFalse();
        assertThat(classes.hasRemaining()).isFalse();
        assertThat(labels.hasRemaining()).isFalse();
    }

    @Test
    void sendsOnlyTheOutputsThatWereAskedForInTheirOrder() throws RefusedException {
        // Given
        load(1);
        ModelInferRequest.Builder request = raw(1);
        request.addOutputs(InferRequestedOutputTensor.newBuilder().setName("label"));
        request.addOutputs(InferRequestedOutputTensor.newBuilder().setName("class"));

        // When
        ModelInferResponse answer = inference.infer(request.build());

        // Then
        assertThat(answer.getOutputsList())
                .extracting(InferOutputTensor::getName)
                .containsExactly("label", "class");
        assertThat(answer.getRawOutputContentsList()).hasSize(2);
    }

    @Test
    void refusesWhatItCannotAnswerWithTheProtocolsStatus() {
        assertRefused(Status.Code.NOT_FOUND, raw(1).setModelName("other"), "model \"other\" is not served here");
        assertRefused(Status.Code.UNAVAILABLE, raw(1), "no version of model default has been loaded yet");
        load(2);
        assertRefused(
                Status.Code.NOT_FOUND,
                raw(1).setModelVersion("1"),
                "version \"1\" of model default is not served; 2 is");
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                raw(1).addOutputs(InferRequestedOutputTensor.newBuilder().setName("logits")),
                "output \"logits\" is not one of the model's: probabilities, class, label");
        assertRefused(Status.Code.INVALID_ARGUMENT, raw(17), "with n from 1 to 16");
    }

    @Test
    void answersAPictureAsARequestOfItsPixels() throws Exception {
        // Given
        load(3);
        ModelInferResponse ofPixels = inference.infer(typed(1).build());

        // When
        ScoredBatch ofPicture = inference.inferPicture(Versions.png(Versions.image(0)));

        // Then
        assertThat(ofPicture.probabilities())
                .containsExactly(ofPixels.getOutputs(0)
                        .getContents()
                        .getFp32ContentsList()
                        .toArray(Float[]::new));
        assertThat(ofPicture.manifest().version()).isEqualTo(3);
        assertThat(meters.predictions().count()).isEqualTo(2);
    }

    @Test
    void isReadyForTheServedVersionOnly() {
        assertThat(inference.isReady()).isFalse();
        assertThat(inference.isReady("default", "")).isFalse();
        load(2);
        assertThat(inference.isReady()).isTrue();
        assertThat(inference.isReady("default", "")).isTrue();
        assertThat(inference.isReady("default", "2")).isTrue();
        assertThat(inference.isReady("default", "1")).isFalse();
        assertThat(inference.isReady("other", "")).isFalse();
    }

    @Test
    void describesTheModelsTensors() throws RefusedException {
        // Given
        load(2);

        // When
        ModelMetadataResponse metadata = inference.metadata("default", "");

        // Then
        assertThat(metadata.getVersionsList()).containsExactly("2");
        assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 1L, 28L, 28L);
        assertThat(metadata.getOutputsList())
                .extracting(output -> output.getName() + output.getShapeList())
                .containsExactly("probabilities[-1, 10]", "class[-1]", "label[-1]");
    }

    private void load(long version) {
        Snapshot snapshot = Versions.version(version).snapshot();
        served.offer(snapshot.manifest(), new PlainEngine().scorer(snapshot.spec(), snapshot.weights()));
    }

    private void assertRefused(Status.Code code, ModelInferRequest.Builder request, String part) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> inference.infer(request.build()))
                .withMessageContaining(part)
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private static ModelInferRequest.Builder typed(int images) {
        InferInputTensor.Builder tensor = InferInputTensor.newBuilder()
                .setName("input")
                .setDatatype("UINT8")
                .addAllShape(List.of((long) images, 1L, 28L, 28L));
        for (int i = 0; i < images; i++) {
            for (byte value : Versions.image(i)) {
                tensor.getContentsBuilder().addUintContents(value & 0xff);
            }
        }
        return ModelInferRequest.newBuilder().setModelName("default").addInputs(tensor);
    }

    private static ModelInferRequest.Builder raw(int images) {
        ByteString bytes = ByteString.EMPTY;
        for (int i = 0; i < images; i++) {
            bytes = bytes.concat(ByteString.copyFrom(Versions.image(i)));
        }
        return ModelInferRequest.newBuilder()
                .setModelName("default")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("input")
                        .setDatatype("UINT8")
                        .addShape(images)
                        .addShape(784))
                .addRawInputContents(bytes);
    }

    private static ByteBuffer littleEndian(ByteString bytes) {
        return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}
