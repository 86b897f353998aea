package dev.freshet.engine.onnx;

import static dev.freshet.engine.ExportedVersions.IMAGES;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Snapshot;
import dev.freshet.engine.ExportedVersions;
import dev.freshet.protocol.onnx.ModelProto;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxModelTest {
    private static final OrtEnvironment RUNTIME = OrtEnvironment.getEnvironment();

    @ParameterizedTest
    @MethodSource("dev.freshet.engine.ExportedVersions#ofEveryKind")
    void onnxRuntimeAnswersAsTheTextbookDoes(ModelSpec spec) throws OrtException {
        // Given
        Snapshot version = ExportedVersions.version(spec);

        // When
        float[] answers = answers(version, ExportedVersions.images(spec.input()));

        // Then
        assertThat(answers).containsExactly(ExportedVersions.textbookAnswers(version), within(1e-5f));
    }

    @ParameterizedTest
    @MethodSource("dev.freshet.engine.ExportedVersions#ofEveryKind")
    void onnxRuntimeAnswersAsTheEngineDoes(ModelSpec spec) throws OrtException {
        // Given
        Snapshot version = ExportedVersions.version(spec);

        // When
        float[] answers = answers(version, ExportedVersions.images(spec.input()));

        // Then
        assertThat(answers).containsExactly(ExportedVersions.cpuAnswers(version), within(1e-5f));
    }

    @Test
    void normalisesPointsByTheirOneChannelAndWithAMeanAlone() throws OrtException {
        // Given
        InputSpec input = new InputSpec(List.of(11), List.of(0.3), List.of());
        Snapshot version = ExportedVersions.version(
                new ModelSpec(input, List.of(new LayerSpec(8, Activation.TANH)), ModelSpec.numbered(4)));

        // When
        float[] answers = answers(version, ExportedVersions.images(input));

        // Then
        assertThat(answers).containsExactly(ExportedVersions.textbookAnswers(version), within(1e-5f));
    }

    @Test
    void scoresANetWithoutHiddenLayersAndWithoutNormalisation() throws OrtException {
        // Given
        InputSpec input = InputSpec.image(1, 4, 4);
        Snapshot version = ExportedVersions.version(new ModelSpec(input, List.of(), ModelSpec.numbered(3)));

        // When
        float[] answers = answers(version, ExportedVersions.images(input));

        // Then
        assertThat(answers).containsExactly(ExportedVersions.textbookAnswers(version), within(1e-5f));
    }

    @Test
    void saysWhatItIsAndWhatItTakes() throws Exception {
        // Given
        InputSpec input = new InputSpec(List.of(1, 2, 3), List.of(0.1307), List.of(0.3081));
        Snapshot version = ExportedVersions.version(
                new ModelSpec(input, List.of(), List.of("cat", "dog, small", "\"Gürteltier\"")));

        // When
        byte[] file = OnnxModel.encode(version);

        // Then
        try (OrtSession session = RUNTIME.createSession(file)) {
            OnnxModelMetadata metadata = session.getMetadata();
            assertThat(metadata.getVersion()).isEqualTo(9);
            assertThat(metadata.getProducerName()).isEqualTo("freshet");
            assertThat(metadata.getGraphName()).isEqualTo("m");
            assertThat(metadata.getGraphDescription())
                    .contains("divided by 255", "mean [0.1307]", "standard deviation [0.3081]", "must not");
            assertThat(metadata.getCustomMetadata())
                    .containsEntry("model", "m")
                    .containsEntry("version", "9")
                    .containsEntry("created_at", "2026-11-20T10:00:00Z")
                    .containsEntry("classes", "[\"cat\",\"dog, small\",\"\\\"Gürteltier\\\"\"]")
                    .containsEntry("input_shape", "[1,2,3]")
                    .containsEntry("safetensors_sha256", version.manifest().sha256());
            assertThat(shape(session.getInputInfo(), "input")).containsExactly(-1, 6);
            assertThat(shape(session.getOutputInfo(), "probabilities")).containsExactly(-1, 3);
        }
        ModelProto model = ModelProto.parseFrom(file);
        assertThat(model.getIrVersion()).isEqualTo(8);
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(17);
        assertThat(file).isEqualTo(OnnxModel.encode(version));
    }

    private static long[] shape(Map<String, NodeInfo> values, String name) {
        return ((TensorInfo) requireNonNull(values.get(name)).getInfo()).getShape();
    }

    private static float[] answers(Snapshot version, float[] images) throws OrtException {
        int inputs = version.spec().input().size();
        try (OrtSession session = RUNTIME.createSession(OnnxModel.encode(version));
                OnnxTensor tensor =
                        OnnxTensor.createTensor(RUNTIME, FloatBuffer.wrap(images), new long[] {IMAGES, inputs});
                OrtSession.Result result = session.run(Map.of("input", tensor));
                OnnxTensor probabilities =
                        (OnnxTensor) result.get("probabilities").orElseThrow()) {
            float[] answers = new float[IMAGES * version.spec().classes().size()];
            probabilities.getFloatBuffer().get(answers);
            return answers;
        }
    }
}
