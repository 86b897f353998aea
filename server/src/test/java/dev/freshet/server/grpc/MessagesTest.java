package dev.freshet.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.freshet.protocol.inference.InferParameter;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.freshet.server.api.Datatype;
import dev.freshet.server.api.InferenceRequest;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestedOutput;
import dev.freshet.server.api.TensorData;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {
    private static final ByteString FILE = ByteString.copyFromUtf8("a file");

    @Test
    void readsTypedContents() throws RefusedException {
        InferInputTensor.Builder floats = tensor("FP32");
        floats.getContentsBuilder().addFp32Contents(1.5f).addFp32Contents(-2);
        InferInputTensor.Builder bytes = tensor("UINT8");
        bytes.getContentsBuilder().addUintContents(0).addUintContents(255);
        InferInputTensor.Builder files = tensor("BYTES");
        files.getContentsBuilder().addBytesContents(FILE);

        assertThat(data(request(floats))).isEqualTo(new TensorData.Floats(FloatBuffer.wrap(new float[] {1.5f, -2})));
        assertThat(data(request(bytes))).isEqualTo(new TensorData.Bytes(ByteBuffer.wrap(new byte[] {0, (byte) 255})));
        assertThat(data(request(files))).isEqualTo(new TensorData.Strings(List.of(FILE.asReadOnlyByteBuffer())));
    }

    @Test
    void readsRawContentsAndThenAnswersInThem() throws RefusedException {
        // Given
        ModelInferRequest message = request(tensor("BYTES")).toBuilder()
                .addRawInputContents(
                        ByteString.copyFrom(new byte[] {6, 0, 0, 0}).concat(FILE))
                .build();

        // When
        InferenceRequest request = Messages.request(message, 7);

        // Then
        assertThat(data(message)).isEqualTo(new TensorData.Strings(List.of(FILE.asReadOnlyByteBuffer())));
        assertThat(request.rawOutputs()).isTrue();
        assertThat(request.deadlineNanos()).isEqualTo(7);
    }

    @Test
    void readsWhatIsAskedFor() throws RefusedException {
        // Given
        ModelInferRequest message = ModelInferRequest.newBuilder()
                .setModelName("m")
                .setModelVersion("3")
                .setId("a7")
                .addOutputs(InferRequestedOutputTensor.newBuilder()
                        .setName("probabilities")
                        .putParameters(
                                "classification",
                                InferParameter.newBuilder().setInt64Param(2).build()))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("class"))
                .build();

        // When
        InferenceRequest request = Messages.request(message, 0);

        // Then
        assertThat(request.model()).isEqualTo("m");
        assertThat(request.version()).isEqualTo("3");
        assertThat(request.id()).isEqualTo("a7");
        assertThat(request.outputs())
                .containsExactly(
                        new RequestedOutput("probabilities", 2, false), new RequestedOutput("class", 0, false));
    }

    @Test
    void refusesRawAndTypedContentsTogetherAndRawContentsWithoutAnInput() {
        InferInputTensor.Builder both = tensor("UINT8");
        both.getContentsBuilder().addUintContents(1);

        assertRefused(
                request(both).toBuilder().addRawInputContents(FILE).build(),
                "input \"input\" holds contents, but the request has raw_input_contents, too: send either");
        assertRefused(
                request(tensor("UINT8")).toBuilder()
                        .addRawInputContents(FILE)
                        .addRawInputContents(FILE)
                        .build(),
                "raw_input_contents holds 2 elements where the request has 1 inputs");
    }

    @ParameterizedTest
    @CsvSource({"256, 256", "-1, 4294967295"})
    void refusesBytesOutOfRange(int value, String shown) {
        InferInputTensor.Builder bytes = tensor("UINT8");
        bytes.getContentsBuilder().addUintContents(1).addUintContents(value);

        assertRefused(request(bytes), "uint_contents[1] is " + shown + " where UINT8 goes from 0 to 255");
    }

    @ParameterizedTest
    @CsvSource({"FP64", "INT8", "INT64", "''"})
    void refusesOtherDatatypes(String datatype) {
        assertRefused(
                request(tensor(datatype)),
                "the input's datatype is \"" + datatype + "\"; FP32, UINT8 and BYTES are taken");
    }

    private static TensorData data(ModelInferRequest message) throws RefusedException {
        InferenceRequest request = Messages.request(message, 0);
        assertThat(request.inputs()).hasSize(1);
        assertThat(request.inputs().get(0).datatype())
                .isEqualTo(Datatype.valueOf(message.getInputs(0).getDatatype()));
        return request.inputs().get(0).data();
    }

    private static void assertRefused(ModelInferRequest message, String reason) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Messages.request(message, 0))
                .withMessage(reason);
    }

    private static InferInputTensor.Builder tensor(String datatype) {
        return InferInputTensor.newBuilder()
                .setName("input")
                .setDatatype(datatype)
                .addShape(1);
    }

    private static ModelInferRequest request(InferInputTensor.Builder tensor) {
        return ModelInferRequest.newBuilder().addInputs(tensor).build();
    }
}
