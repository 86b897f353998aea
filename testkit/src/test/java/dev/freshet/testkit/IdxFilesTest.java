package dev.freshet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFilesTest {
    private static final byte[][] IMAGES = {{0, 1, 2, 3, 4, (byte) 255}, {5, 6, 7, 8, 9, 10}};
    private static final byte[] LABELS = {9, 4};
    private static final byte[] IMAGES_FILE = {
        0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 2, 3, 4, (byte) 255, 5, 6, 7, 8, 9, 10
    };
    private static final byte[] LABELS_FILE = {0, 0, 8, 1, 0, 0, 0, 2, 9, 4};

    @TempDir
    private Path dir;

    @Test
    void writesTheFormatOfMnist() throws IOException {
        // When
        IdxFiles.write(dir, "train", IMAGES, 2, 3, LABELS, false);

        // Then
        assertThat(dir.resolve("train-images-idx3-ubyte")).hasBinaryContent(IMAGES_FILE);
        assertThat(dir.resolve("train-labels-idx1-ubyte")).hasBinaryContent(LABELS_FILE);
    }

    @Test
    void zipsWhenAsked() throws IOException {
        // When
        IdxFiles.write(dir, "t10k", IMAGES, 2, 3, LABELS, true);

        // Then
        assertThat(unzipped("t10k-images-idx3-ubyte.gz")).isEqualTo(IMAGES_FILE);
        assertThat(unzipped("t10k-labels-idx1-ubyte.gz")).isEqualTo(LABELS_FILE);
    }

    @Test
    void refusesImagesOfAnotherSize() {
        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IdxFiles.write(dir, "train", IMAGES, 3, 3, LABELS, false))
                .withMessage("an image must have 3 x 3 bytes, had 6");
    }

    private byte[] unzipped(String file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(dir.resolve(file)))) {
            return in.readAllBytes();
        }
    }
}
