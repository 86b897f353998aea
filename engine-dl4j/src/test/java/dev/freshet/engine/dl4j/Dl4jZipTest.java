package dev.freshet.engine.dl4j;

import static dev.freshet.engine.ExportedVersions.IMAGES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Output;
import dev.freshet.core.model.Snapshot;
import dev.freshet.engine.ExportedVersions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class Dl4jZipTest {
    static Stream<Named<ModelSpec>> ofEveryKindOfDl4j() {
        return ExportedVersions.ofEveryKind().filter(Dl4jZipTest::isOfDl4j);
    }

    private static boolean isOfDl4j(Named<ModelSpec> spec) {
        return spec.getPayload().hidden().get(0).activation() != Activation.GELU;
    }

    @ParameterizedTest
    @MethodSource("ofEveryKindOfDl4j")
    void theRestoredNetworkAnswersAsTheTextbookDoes(ModelSpec spec) throws IOException {
        // Given
        Snapshot version = ExportedVersions.version(spec);

        // When
        float[] answers = answers(version);

        // Then
        assertThat(answers).containsExactly(ExportedVersions.textbookAnswers(version), within(1e-5f));
    }

    @ParameterizedTest
    @MethodSource("ofEveryKindOfDl4j")
    void theRestoredNetworkAnswersAsTheEngineDoes(ModelSpec spec) throws IOException {
        // Given
        Snapshot version = ExportedVersions.version(spec);

        // When
        float[] answers = answers(version);

        // Then
        assertThat(answers).containsExactly(ExportedVersions.cpuAnswers(version), within(1e-5f));
    }

    @Test
    void refusesWhatDl4jComputesDifferently() {
        // Given
        Snapshot version = ExportedVersions.version(
                new ModelSpec(InputSpec.point(2), List.of(new LayerSpec(3, Activation.GELU)), ModelSpec.numbered(2)));

        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dl4jZip.encode(version))
                .withMessageContaining("DL4J has no gelu");
    }

    private static float[] answers(Snapshot version) throws IOException {
        InputSpec input = version.spec().input();
        float[] features = ExportedVersions.normalised(input, ExportedVersions.images(input));
        // Not closed: DL4J would collect all garbage each time.
        MultiLayerNetwork network =
                ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(Dl4jZip.encode(version)));
        try (INDArray matrix = Nd4j.create(features, new long[] {IMAGES, input.size()})) {
            float[] answers = network.output(matrix).dup('c').data().asFloat();
            return version.spec().output() == Output.SIGMOID ? bothClasses(answers) : answers;
        }
    }

    /** DL4J's one unit says how probable class 1 is. */
    private static float[] bothClasses(float[] ofClassOne) {
        float[] both = new float[2 * ofClassOne.length];
        for (int i = 0; i < ofClassOne.length; i++) {
            both[2 * i] = 1 - ofClassOne[i];
            both[2 * i + 1] = ofClassOne[i];
        }
        return both;
    }
}
