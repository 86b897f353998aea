package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.freshet.core.model.InputSpec;
import dev.freshet.testkit.IdxFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxSourceTest {
    private static final byte[][] IMAGES = {{0, 1, 2, 3, 4, 5}, {10, 11, 12, 13, 14, 15}, {-1, -2, -3, -4, -5, -6}};
    private static final byte[] LABELS = {2, 0, 25};

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesImagesOfAnySizeByIndex(boolean zipped) throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, zipped);

        // When
        ImageSource source = open(Split.TRAIN);

        // Then
        assertThat(source.input()).isEqualTo(InputSpec.image(1, 2, 3));
        assertThat(source.size()).hasValue(3);
        LabelledImage image = source.get(2);
        assertThat(image.id()).isEqualTo("train/2");
        assertThat(image.pixels()).isEqualTo(IMAGES[2]);
        assertThat(image.label()).isEqualTo(25);
        assertThatThrownBy(() -> source.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @CsvSource({"16, 16, 10, true", "50, 50, 16, false", "28, 28, 26, true"})
    void takesSizeAndClassesFromTheFiles(int height, int width, int classes, boolean zipped) throws Exception {
        // Given
        byte[][] images = new byte[2 * classes][height * width];
        byte[] labels = new byte[images.length];
        for (int i = 0; i < images.length; i++) {
            Arrays.fill(images[i], (byte) (7 * i));
            labels[i] = (byte) (i % classes);
        }
        IdxFiles.write(directory, "train", images, height, width, labels, zipped);
        IdxFiles.write(directory, "t10k", images, height, width, labels, zipped);

        for (Split split : Split.values()) {
            // When
            ImageSource source = open(split);

            // Then
            assertThat(source.input()).isEqualTo(InputSpec.image(1, height, width));
            assertThat(source.classes()).hasSize(classes);
            LabelledImage last = source.get(2L * classes - 1);
            assertThat(last.pixels()).isEqualTo(images[2 * classes - 1]);
            assertThat(last.label()).isEqualTo(classes - 1);
        }
    }

    @Test
    void countsClassesFromOneWhereLabelsDo() throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, new byte[] {26, 5, 3}, true);
        IdxFiles.write(directory, "t10k", IMAGES, 2, 3, new byte[] {1, 7, 26}, true);

        // When
        ImageSource train = open(Split.TRAIN);
        ImageSource test = open(Split.TEST);

        // Then
        assertThat(train.classes()).hasSize(26).startsWith("1").endsWith("26").isEqualTo(test.classes());
        assertThat(train.get(0).label()).isEqualTo(25).isEqualTo(train.label(0));
        assertThat(test.get(0).label()).isZero().isEqualTo(test.label(0));
        assertThat(test.get(1).label()).isEqualTo(6);
    }

    @Test
    void findsNamesThatBeginWithTheDataSets() throws Exception {
        // Given
        IdxFiles.write(directory, "emnist-letters-train", IMAGES, 2, 3, new byte[] {1, 2, 3}, true);
        IdxFiles.write(directory, "emnist-letters-test", IMAGES, 2, 3, new byte[] {3, 2, 1}, false);

        // When
        ImageSource train = SourceSpec.parse(directory.toString()).open(Split.TRAIN);
        ImageSource test = open(Split.TEST);

        // Then
        assertThat(train.classes()).containsExactly("1", "2", "3");
        assertThat(train.get(2).label()).isEqualTo(2);
        assertThat(test.get(0).label()).isEqualTo(2);
        assertThat(test.get(0).id()).isEqualTo("test/0");
    }

    @Test
    void refusesADirectoryOfSeveralDataSets() throws Exception {
        // Given
        IdxFiles.write(directory, "emnist-letters-train", IMAGES, 2, 3, LABELS, true);
        IdxFiles.write(directory, "emnist-digits-train", IMAGES, 2, 3, LABELS, true);

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(Split.TRAIN))
                .withMessageContaining(directory + " holds several data sets, emnist-digits-train-images-idx3-ubyte,"
                        + " emnist-letters-train-images-idx3-ubyte; each must be in a directory of its own");
    }

    @Test
    void namesClassesByNumberUpToTheHighestLabelOfBothSplits() throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, true);
        IdxFiles.write(directory, "t10k", new byte[][] {{1}}, 1, 1, new byte[] {0}, true);

        // When
        ImageSource test = open(Split.TEST);

        // Then
        assertThat(test.classes()).hasSize(26).startsWith("0", "1").endsWith("25");
        assertThat(test.get(0).id()).isEqualTo("test/0");
    }

    @Test
    void countsLabelsAbove127() throws Exception {
        // Given
        IdxFiles.write(directory, "train", new byte[][] {{1}}, 1, 1, new byte[] {(byte) 200}, false);

        // When
        ImageSource source = open(Split.TRAIN);

        // Then
        assertThat(source.classes()).hasSize(201);
        assertThat(source.get(0).label()).isEqualTo(200);
    }

    @Test
    void hasTwoClassesAtLeast() throws Exception {
        // Given
        IdxFiles.write(directory, "train", new byte[][] {{1}}, 1, 1, new byte[] {0}, false);

        // When / Then
        assertThat(open(Split.TRAIN).classes()).containsExactly("0", "1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".gz"})
    void findsNamesWithDotsToo(String suffix) throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, !suffix.isEmpty());
        Files.move(images(suffix), directory.resolve("train-images.idx3-ubyte" + suffix));
        Files.move(labels(suffix), directory.resolve("train-labels.idx1-ubyte" + suffix));

        // When / Then
        assertThat(open(Split.TRAIN).get(1).pixels()).isEqualTo(IMAGES[1]);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 14, 20, 33})
    void namesTheImagesFileThatIsCutOff(int length) throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, false);
        truncate(images(""), length);

        // When / Then
        assertRefused(images("") + " is cut off");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 30})
    void namesTheZippedFileThatIsCutOff(int length) throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, true);
        truncate(images(".gz"), length);

        // When / Then
        assertRefused(images(".gz") + " is cut off");
    }

    @Test
    void namesTheLabelsFileThatIsCutOff() throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, false);
        truncate(labels(""), 10);

        // When / Then
        assertRefused(labels("") + " is cut off in label 2 of 3");
    }

    @Test
    void namesTheFileThatIsNotZippedAtAll() throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, false);
        Files.move(images(""), images(".gz"));

        // When / Then
        assertRefused(images(".gz") + " is damaged");
    }

    @Test
    void namesTheFileOfAnotherKind() throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, false);
        Files.copy(labels(""), images(""), StandardCopyOption.REPLACE_EXISTING);

        // When / Then
        assertRefused(images("") + " begins with 0x00000801 where IDX images begin with 0x00000803");
    }

    @Test
    void namesTheFileThatGoesOnAfterItsData() throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, false);
        Files.write(labels(""), Arrays.copyOf(Files.readAllBytes(labels("")), 12));

        // When / Then
        assertRefused(labels("") + " goes on after the 3 labels");
    }

    @Test
    void doesNotAskForTheMemoryThatADamagedHeaderClaims() throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, false);
        byte[] file = Files.readAllBytes(images(""));
        Arrays.fill(file, 4, 8, (byte) 0x7f);
        Files.write(images(""), file);

        // When / Then
        assertRefused(images("") + " is cut off in image 3 of");
    }

    @Test
    void refusesImagesTooLargeForAnyModel() throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, LABELS, false);
        byte[] file = Files.readAllBytes(images(""));
        Arrays.fill(file, 8, 16, (byte) 0x7f);
        Files.write(images(""), file);

        // When / Then
        assertRefused(images("") + " holds images of 2139062143×2139062143");
    }

    @Test
    void namesBothFilesWhoseCountsDiffer() throws Exception {
        // Given
        IdxFiles.write(directory, "train", IMAGES, 2, 3, new byte[] {1, 0}, false);

        // When / Then
        assertRefused(images("") + " holds 3 images, but " + labels("") + " holds 2 labels");
    }

    @Test
    void readsMnist() throws Exception {
        // Given
        Path data = Path.of(Objects.requireNonNullElse(System.getenv("FRESHET_DATA"), "../../shared/data"));
        Path mnist = data.resolve("mnist");
        assumeThat(mnist).as("MNIST in FRESHET_DATA or beside the project").isDirectory();

        // When
        ImageSource train = SourceSpec.parse(mnist.toString()).open(Split.TRAIN);
        ImageSource test = SourceSpec.parse(mnist.toString()).open(Split.TEST);

        // Then
        assertThat(train.size()).hasValue(60_000);
        assertThat(test.size()).hasValue(10_000);
        assertThat(train.input()).isEqualTo(InputSpec.image(1, 28, 28));
        assertThat(train.classes()).hasSize(10);
        assertThat(new int[] {
                    train.get(0).label(), train.get(1).label(), train.get(2).label()
                })
                .containsExactly(5, 0, 4);
        assertThat(test.get(0).label()).isEqualTo(7);
    }

    private ImageSource open(Split split) throws IOException {
        return SourceSpec.parse("idx:" + directory).open(split);
    }

    private void assertRefused(String message) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> open(Split.TRAIN))
                .withMessageContaining(message);
    }

    private Path images(String suffix) {
        return directory.resolve("train-images-idx3-ubyte" + suffix);
    }

    private Path labels(String suffix) {
        return directory.resolve("train-labels-idx1-ubyte" + suffix);
    }

    private static void truncate(Path file, int length) throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    }
}
