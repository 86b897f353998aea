package dev.freshet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFilesTest {
    @TempDir
    private Path directory;

    @Test
    void writesWhatTheJdkReads() throws Exception {
        // Given
        Path png = directory.resolve("a/b/grey.PNG");
        Path jpeg = directory.resolve("colour.jpg");

        // When
        PictureFiles.write(png, 3, 2, 0x141414);
        PictureFiles.write(jpeg, 8, 9, 0xff0000);

        // Then
        BufferedImage grey = ImageIO.read(png.toFile());
        assertThat(grey.getWidth()).isEqualTo(3);
        assertThat(grey.getHeight()).isEqualTo(2);
        assertThat(grey.getRaster().getNumBands()).isEqualTo(1);
        assertThat(grey.getRaster().getSample(2, 1, 0)).isEqualTo(0x14);
        BufferedImage colour = ImageIO.read(jpeg.toFile());
        assertThat(colour.getHeight()).isEqualTo(9);
        assertThat(colour.getRaster().getNumBands()).isEqualTo(3);
        assertThat(colour.getRaster().getSample(0, 0, 0)).isGreaterThan(240);
        assertThat(Files.readAllBytes(jpeg)).startsWith(0xff, 0xd8);
    }
}
