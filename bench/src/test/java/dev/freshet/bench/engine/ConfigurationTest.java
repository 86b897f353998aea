package dev.freshet.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.bench.peer.Workload;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    @Test
    void theSixNetsAreThoseThatWereAgreedOn() {
        assertThat(Configuration.TRAINED)
                .extracting(Configuration::description)
                .containsExactly(
                        "784-512-512-10, mini-batch 20, sgd, dropout 0.2",
                        "784-784-16-10, mini-batch 32, adam",
                        "784-16-10, mini-batch 20, adam",
                        "3072-128-10, mini-batch 256, momentum",
                        "2-64-32-2, mini-batch 32, adam, dropout 0.2",
                        "784-256-10, mini-batch 256, adam");
    }

    @Test
    void aNameThatIsNoneOfThemIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Configuration.trained("g"))
                .withMessage("configuration \"g\" is none of a, b, c, d, e, f");
    }

    @Test
    void countsTheOperationsOfADenseStep() {
        // 784·16 weights of the first layer, 16·10 of the second.
        assertThat(Configuration.trained("c").denseFlops()).isEqualTo(4 * 784 * 16 + 6 * 16 * 10);
    }

    @Test
    void noiseHasTheShareOfZerosOfWhatItStandsFor(@TempDir Path empty) throws Exception {
        // When
        ImageSet images = ImageSet.of(DataSet.MNIST, empty);

        // Then
        assertThat(images.description()).isEqualTo("noise in place of MNIST (16,384 images, 81 % zeros)");
        assertThat(images.labels()).containsOnly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void circlesAreThereWithoutFiles(@TempDir Path empty) throws Exception {
        assertThat(ImageSet.of(DataSet.CIRCLES, empty).description()).isEqualTo("circles (800 images, 0 % zeros)");
    }

    @Test
    void aWorkloadComesBackFromItsFile(@TempDir Path folder) throws Exception {
        // Given
        Workload workload = Configuration.trained("e").workload(ImageSet.of(DataSet.CIRCLES, folder));
        Path file = folder.resolve("workload");

        // When
        workload.write(file);
        Workload read = Workload.read(file);

        // Then
        assertThat(read.sizes()).containsExactly(2, 64, 32, 2);
        assertThat(read.optimizer()).isEqualTo(workload.optimizer());
        assertThat(read.weights(1)).hasSize(64 * 32).containsExactly(workload.weights(1));
        assertThat(read.biases(2)).containsExactly(workload.biases(2));
        assertThat(read.features()).containsExactly(workload.features());
        assertThat(read.labels()).containsExactly(workload.labels());
    }
}
