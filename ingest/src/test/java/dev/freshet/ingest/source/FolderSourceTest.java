package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.evaluation.HoldOut;
import dev.freshet.core.model.InputSpec;
import dev.freshet.testkit.PictureFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSourceTest {
    @TempDir
    private Path directory;

    @Test
    void takesClassesAndTheTestFromTheFolders() throws Exception {
        // Given
        write("train/dog/b.png", 3, 2, 0x0a0a0a);
        write("train/dog/a.png", 3, 2, 0x141414);
        write("train/cat/z.PNG", 3, 2, 0x1e1e1e);
        write("test/dog/t.png", 3, 2, 0x282828);
        Files.writeString(directory.resolve("train/cat/notes.txt"), "not a picture");
        Files.createDirectories(directory.resolve("train/.hidden"));

        // When
        ImageSource train = SourceSpec.parse(directory.toString()).open(Split.TRAIN);
        ImageSource test = open(Split.TEST);

        // Then
        assertThat(train.classes()).containsExactly("cat", "dog").isEqualTo(test.classes());
        assertThat(train.input()).isEqualTo(InputSpec.image(1, 2, 3));
        assertThat(ids(train)).containsExactly("train/cat/z.PNG", "train/dog/a.png", "train/dog/b.png");
        assertThat(train.get(1).label()).isEqualTo(1);
        assertThat(train.get(1).pixels()).containsOnly(0x14).hasSize(6);
        assertThat(ids(test)).containsExactly("test/dog/t.png");
    }

    @Test
    void takesValForTheTest() throws Exception {
        // Given
        write("train/a/1.png", 1, 1, 0);
        write("train/b/1.png", 1, 1, 0);
        write("val/b/2.png", 1, 1, 0);

        // When / Then
        assertThat(ids(open(Split.TEST))).containsExactly("val/b/2.png");
    }

    @Test
    void isInColourIfOnePictureIs() throws Exception {
        // Given
        write("train/a/1.png", 2, 1, 0x505050);
        write("train/b/1.jpg", 2, 1, 0x808080);
        write("test/b/colour.png", 2, 1, 0x010203);

        // When
        ImageSource train = open(Split.TRAIN);

        // Then
        assertThat(train.input()).isEqualTo(InputSpec.image(3, 1, 2));
        assertThat(train.get(0).pixels()).containsExactly(0x50, 0x50, 0x50, 0x50, 0x50, 0x50);
        assertThat(open(Split.TEST).get(0).pixels()).containsExactly(1, 1, 2, 2, 3, 3);
    }

    @Test
    void keepsEachPictureOnItsSideWhereThereIsNoDivision() throws Exception {
        // Given
        for (int i = 0; i < 100; i++) {
            write("train/" + i + ".png", 1, 1, 0);
            write("car/" + i + ".png", 1, 1, 0);
        }
        List<String> before = ids(open(Split.TEST));
        assertThat(before).hasSizeBetween(8, 35);
        write("bus/1.png", 1, 1, 0);

        // When
        List<String> after = ids(open(Split.TEST));

        // Then
        assertThat(after).containsAll(before).doesNotContainAnyElementsOf(ids(open(Split.TRAIN)));
        assertThat(open(Split.TRAIN).classes()).containsExactly("bus", "car", "train");
    }

    @Test
    void leavesTheTrainerItsShareToHoldOut() {
        // Given
        List<String> train = IntStream.range(0, 10_000)
                .mapToObj(i -> "cat/" + i + ".png")
                .filter(id -> StableSplit.of(id) == Split.TRAIN)
                .toList();
        HoldOut holdOut = new HoldOut(0.1);

        // When
        double share = (double) train.stream().filter(holdOut::isHeldOut).count() / train.size();

        // Then
        assertThat(train).hasSizeBetween(8_850, 9_150);
        assertThat(share).isBetween(0.085, 0.115);
    }

    @Test
    void namesTwoFilesWhoseSizesDiffer() throws Exception {
        // Given
        write("a/1.png", 28, 28, 0);
        write("b/2.png", 32, 16, 0);

        // When / Then
        assertRefused(directory.resolve("a/1.png") + " has 28×28 and " + directory.resolve("b/2.png")
                + " has 32×16; to have them resized, give --resize HEIGHTxWIDTH (ingest.resize), or model.input.shape"
                + " with model.input.resize: true");
    }

    @Test
    void resizesPicturesOfAnySizes() throws Exception {
        // Given
        write("train/a/1.png", 28, 28, 0x505050);
        write("train/a/2.jpg", 640, 480, 0x808080);
        write("train/b/3.PNG", 3, 90, 0x0a141e);
        write("test/b/4.png", 20, 10, 0xffffff);

        // When
        ImageSource train = openResized("10x20", Split.TRAIN);
        ImageSource test = openResized("10x20", Split.TEST);

        // Then
        assertThat(train.input()).isEqualTo(InputSpec.image(3, 10, 20)).isEqualTo(test.input());
        assertThat(train.get(0).pixels()).hasSize(600).containsOnly(0x50);
        assertThat(train.get(1).pixels()).hasSize(600).containsOnly(0x80);
        byte[] colour = train.get(2).pixels();
        assertThat(Arrays.copyOf(colour, 200)).containsOnly(0x0a);
        assertThat(Arrays.copyOfRange(colour, 400, 600)).containsOnly(0x1e);
        assertThat(test.get(0).pixels()).hasSize(600).containsOnly(0xff);
    }

    @Test
    void resizesIntoGreyOrColourWhereThatIsSaid() throws Exception {
        // Given
        write("train/a/1.png", 2, 2, 0x505050);
        write("train/b/2.png", 3, 3, 0xff0000);
        write("test/a/3.png", 1, 1, 0);

        // When
        ImageSource grey = openResized("1x1x1", Split.TRAIN);
        ImageSource colour = openResized("3x1x1", Split.TEST);

        // Then: the luma of red is 0.299
        assertThat(grey.input()).isEqualTo(InputSpec.image(1, 1, 1));
        assertThat(grey.get(0).pixels()).containsExactly(0x50);
        assertThat(grey.get(1).pixels()).containsExactly(76);
        assertThat(colour.input()).isEqualTo(InputSpec.image(3, 1, 1));
        assertThat(colour.get(0).pixels()).containsExactly(0, 0, 0);
    }

    @Test
    void namesThePictureThatIsTooLargeToBeResized() throws Exception {
        // Given
        write("a/1.png", 1, 1, 0);
        write("b/1.png", 16_385, 1, 0);

        // When / Then
        assertThatIOException()
                .isThrownBy(() -> openResized("8x8", Split.TRAIN))
                .withMessageContaining(
                        directory.resolve("b/1.png") + ": a picture of 16385×1 is too large to be resized");
    }

    @Test
    void knowsTheClassWithoutReadingThePicture() throws Exception {
        // Given
        write("train/a/1.png", 1, 1, 0);
        write("train/b/1.png", 1, 1, 0);
        write("test/a/1.png", 1, 1, 0);
        ImageSource train = open(Split.TRAIN);
        Files.delete(directory.resolve("train/b/1.png"));

        // When / Then
        assertThat(train.label(1)).isEqualTo(1);
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> train.get(1));
    }

    @Test
    void namesTheFileThatIsNoPicture() throws Exception {
        // Given
        write("a/1.png", 1, 1, 0);
        write("b/1.png", 1, 1, 0);
        Files.writeString(directory.resolve("b/2.png"), "GIF89a");

        // When / Then
        assertRefused(directory.resolve("b/2.png") + ": not a readable image/png");
    }

    @Test
    void namesTheFileWhosePixelsAreCutOffWhenItIsRead() throws Exception {
        // Given
        write("train/a/1.png", 20, 20, 0x123456);
        write("train/b/1.png", 20, 20, 0x123456);
        write("test/b/1.png", 20, 20, 0x123456);
        Path file = directory.resolve("train/a/1.png");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 45));
        ImageSource train = open(Split.TRAIN);

        // When / Then
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> train.get(0))
                .withMessageContaining(file + " cannot be read");
        assertThat(train.get(1).label()).isEqualTo(1);
    }

    @Test
    void refusesFoldersThatHoldNoClasses() throws Exception {
        // Given
        Files.createDirectories(directory.resolve("a"));

        // When / Then
        assertRefusedAsArgument("must hold at least 2 directories, one a class, held [a]");
    }

    @Test
    void namesTheFolderThatIsEmpty() {
        // When / Then
        assertRefusedAsArgument(directory + " must hold at least 2 directories, one a class, held []");
    }

    @Test
    void namesTheClassWithoutPictures() throws Exception {
        // Given
        write("a/1.png", 1, 1, 0);
        Files.createDirectories(directory.resolve("b"));

        // When / Then
        assertRefusedAsArgument("neither a .png nor a .jpg is in " + directory.resolve("b"));
    }

    @Test
    void namesTheClassThatIsOnlyInTheTest() throws Exception {
        // Given
        write("train/a/1.png", 1, 1, 0);
        write("train/b/1.png", 1, 1, 0);
        write("test/c/1.png", 1, 1, 0);

        // When / Then
        assertRefusedAsArgument(directory.resolve("test/c") + " is a class that is not in");
    }

    private void assertRefused(String message) {
        assertThatIOException().isThrownBy(() -> open(Split.TRAIN)).withMessageContaining(message);
    }

    private void assertRefusedAsArgument(String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> open(Split.TRAIN)).withMessageContaining(message);
    }

    private ImageSource open(Split split) throws IOException {
        return SourceSpec.parse("folder:" + directory).open(split);
    }

    private ImageSource openResized(String shape, Split split) throws IOException {
        return SourceSpec.parse("folder:" + directory)
                .resizedTo(ImageShape.parse(shape))
                .open(split);
    }

    private static List<String> ids(ImageSource source) {
        return IntStream.range(0, (int) source.size().orElseThrow())
                .mapToObj(i -> source.get(i).id())
                .toList();
    }

    private void write(String name, int width, int height, int rgb) throws IOException {
        PictureFiles.write(directory.resolve(name), width, height, rgb);
    }
}
