package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.data.Picture;
import dev.freshet.core.model.InputSpec;
import dev.freshet.testkit.CifarFiles;
import dev.freshet.testkit.IdxFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResizedTest {
    @TempDir
    private Path directory;

    @Test
    void scalesIdx() throws Exception {
        // Given
        byte[][] images = {{0, 10, 20, 30}, {1, 1, 3, 3}};
        IdxFiles.write(directory, "train", images, 2, 2, new byte[] {0, 3}, false);

        // When
        ImageSource source = open("idx:" + directory, "1x2");

        // Then
        assertThat(source.input()).isEqualTo(InputSpec.image(1, 1, 2));
        assertThat(source.size()).hasValue(2);
        assertThat(source.classes()).hasSize(4);
        assertThat(source.get(0).pixels()).containsExactly(10, 20);
        assertThat(source.get(1).pixels()).containsExactly(2, 2);
        assertThat(source.get(1).id()).isEqualTo("train/1");
        assertThat(source.get(1).label()).isEqualTo(3).isEqualTo(source.label(1));
    }

    @Test
    void putsIdxIntoColour() throws Exception {
        // Given
        IdxFiles.write(directory, "train", new byte[][] {{5, 6}, {7, 8}}, 1, 2, new byte[] {0, 1}, false);

        // When
        ImageSource source = open("idx:" + directory, "3x1x2");

        // Then
        assertThat(source.input()).isEqualTo(InputSpec.image(3, 1, 2));
        assertThat(source.get(0).pixels()).containsExactly(5, 6, 5, 6, 5, 6);
    }

    @Test
    void scalesCifarAndPutsItInGrey() throws Exception {
        // Given
        CifarFiles.write(directory, 2, true);
        ImageSource whole = SourceSpec.parse("cifar10:" + directory).open(Split.TRAIN);

        // When
        ImageSource source = open("cifar10:" + directory, "1x28x28");

        // Then
        assertThat(source.input()).isEqualTo(InputSpec.image(1, 28, 28));
        assertThat(source.get(3).pixels())
                .isEqualTo(Picture.fit(whole.get(3).pixels(), whole.input(), InputSpec.image(1, 28, 28)))
                .hasSize(784);
    }

    @Test
    void scalesDrawnDigitsAndImagesInCsv() throws Exception {
        // Given
        Path csv = directory.resolve("a.csv");
        Files.writeString(csv, ("1" + ",8".repeat(16) + "\n0" + ",9".repeat(16) + "\n").repeat(20));

        // When
        ImageSource digits = open("digits:3", "14x14");
        ImageSource lines = open("csv:" + csv, "2x3");

        // Then
        assertThat(digits.size()).isEmpty();
        assertThat(digits.get(5).pixels()).hasSize(196).isEqualTo(digits.get(5).pixels());
        assertThat(lines.input()).isEqualTo(InputSpec.image(1, 2, 3));
        assertThat(lines.get(0).pixels()).containsOnly(lines.get(0).label() == 1 ? 8 : 9);
    }

    @Test
    void leavesImagesOfTheRightSizeAsTheyAre() throws Exception {
        // Given
        IdxFiles.write(directory, "train", new byte[][] {{5, 6}, {7, 8}}, 1, 2, new byte[] {0, 1}, false);

        // When / Then
        assertThat(open("idx:" + directory, "1x1x2")).isInstanceOf(IdxSource.class);
    }

    @Test
    void refusesPoints() {
        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open("circles", "2x2"))
                .withMessage("only images can be resized; the source holds points of shape [2]");
    }

    private static ImageSource open(String source, String shape) throws IOException {
        return SourceSpec.parse(source).resizedTo(ImageShape.parse(shape)).open(Split.TRAIN);
    }
}
