package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.freshet.core.model.InputSpec;
import dev.freshet.testkit.CifarFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CifarSourceTest {
    private static final int RECORD = 3073;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesTheImagesOfAllBatchesInOrder(boolean zipped) throws Exception {
        // Given
        CifarFiles.write(directory, 12, zipped);

        // When
        ImageSource train = open(Split.TRAIN);
        ImageSource test = open(Split.TEST);

        // Then
        assertThat(train.input()).isEqualTo(InputSpec.image(3, 32, 32));
        assertThat(train.size()).hasValue(60);
        assertThat(test.size()).hasValue(12);
        assertThat(train.get(13).id()).isEqualTo("train/13");
        assertThat(train.get(13).label()).isEqualTo(1);
        assertThat(train.get(13).pixels()).isEqualTo(pixels(2, 1));
        assertThat(test.get(11).id()).isEqualTo("test/11");
        assertThat(test.get(11).pixels()).isEqualTo(pixels(6, 11));
        assertThatThrownBy(() -> train.get(60)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void takesTheNamesOfTheClassesFromTheirFile() throws Exception {
        // Given
        CifarFiles.write(directory, 1, false);
        Files.writeString(directory.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");

        // When / Then
        assertThat(open(Split.TEST).classes()).containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    }

    @Test
    void knowsTheNamesOfTheClassesWithoutTheirFile() throws Exception {
        // Given
        CifarFiles.write(directory, 1, false);

        // When / Then
        assertThat(open(Split.TRAIN).classes())
                .hasSize(10)
                .startsWith("airplane")
                .endsWith("truck");
    }

    @Test
    void refusesAFileOfNamesThatIsNotOne() throws Exception {
        // Given
        CifarFiles.write(directory, 1, false);
        Files.writeString(directory.resolve("batches.meta.txt"), "cat\ndog\n");

        // When / Then
        assertRefused(directory.resolve("batches.meta.txt") + " must hold the names of 10 classes, held [cat, dog]");
    }

    @Test
    void readsTheArchiveWhateverTheOrderOfItsFiles() throws Exception {
        // Given
        Path archive = archive(
                "data_batch_4.bin",
                "test_batch.bin",
                "data_batch_1.bin",
                "data_batch_5.bin",
                "data_batch_3.bin",
                "data_batch_2.bin");

        // When
        ImageSource named = SourceSpec.parse("cifar10:" + archive).open(Split.TRAIN);
        ImageSource recognised = SourceSpec.parse(archive.toString()).open(Split.TEST);
        ImageSource inFolder = SourceSpec.parse(directory.toString()).open(Split.TRAIN);

        // Then
        assertThat(named.size()).hasValue(10);
        assertThat(named.get(3).pixels())
                .isEqualTo(pixels(2, 1))
                .isEqualTo(inFolder.get(3).pixels());
        assertThat(recognised.get(1).pixels()).isEqualTo(pixels(6, 1));
    }

    @Test
    void namesTheFileThatTheArchiveLacks() throws Exception {
        // Given
        Path archive = archive("data_batch_1.bin", "test_batch.bin");

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(Split.TRAIN))
                .withMessageContaining("data_batch_2.bin is not in " + archive);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40, 3_000, 18_000})
    void namesTheArchiveThatIsCutOff(int length) throws Exception {
        // Given
        Path archive = archive(
                "data_batch_1.bin",
                "data_batch_2.bin",
                "data_batch_3.bin",
                "data_batch_4.bin",
                "data_batch_5.bin",
                "test_batch.bin");
        truncate(archive, length);

        // When / Then
        assertRefused(archive.toString());
    }

    @Test
    void namesTheArchiveThatHoldsNoTar() throws Exception {
        // Given
        Path archive = directory.resolve("cifar-10-binary.tar.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            out.write(CifarFiles.batch(1, 1));
        }

        // When / Then
        assertRefused(archive + " is damaged: no tar header where one must be");
    }

    @Test
    void namesTheFileThatIsCutOff() throws Exception {
        // Given
        CifarFiles.write(directory, 3, false);
        Path batch = directory.resolve("data_batch_3.bin");
        truncate(batch, 2 * RECORD + 17);

        // When / Then
        assertRefused(batch + " is cut off in record 2, after 17 of 3073 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 4_000})
    void namesTheZippedFileThatIsCutOff(int length) throws Exception {
        // Given
        CifarFiles.write(directory, 3, true);
        Path batch = directory.resolve("data_batch_3.bin.gz");
        truncate(batch, length);

        // When / Then
        assertRefused(batch + " is cut off");
    }

    @Test
    void namesTheFileThatIsNotZippedAtAll() throws Exception {
        // Given
        CifarFiles.write(directory, 1, true);
        Path batch = directory.resolve("data_batch_3.bin.gz");
        Files.write(batch, CifarFiles.batch(3, 1));

        // When / Then
        assertRefused(batch + " is damaged");
    }

    @Test
    void namesTheFileThatIsEmpty() throws Exception {
        // Given
        CifarFiles.write(directory, 1, false);
        Path batch = directory.resolve("data_batch_5.bin");
        Files.write(batch, new byte[0]);

        // When / Then
        assertRefused(batch + " is empty");
    }

    @Test
    void namesTheFileWithALabelThatIsNone() throws Exception {
        // Given
        CifarFiles.write(directory, 3, false);
        Path batch = directory.resolve("data_batch_2.bin");
        byte[] records = CifarFiles.batch(2, 3);
        records[RECORD] = (byte) 200;
        Files.write(batch, records);

        // When / Then
        assertRefused(batch + " holds the label 200 in record 1; CIFAR-10 has labels 0 to 9");
    }

    @Test
    void namesTheFileThatIsMissing() throws Exception {
        // Given
        CifarFiles.write(directory, 1, false);
        Files.delete(directory.resolve("data_batch_4.bin"));

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(Split.TRAIN))
                .withMessageContaining("data_batch_4.bin is not in " + directory);
    }

    @Test
    void namesTheDirectoryThatHoldsNothingOfIt() {
        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(Split.TRAIN))
                .withMessageContaining("neither data_batch_1.bin nor cifar-10-binary.tar.gz is in " + directory);
    }

    @Test
    void readsCifar10() throws Exception {
        // Given
        Path data = Path.of(Objects.requireNonNullElse(System.getenv("FRESHET_DATA"), "../../shared/data"));
        Path cifar = data.resolve("cifar10");
        assumeThat(cifar).as("CIFAR-10 in FRESHET_DATA or beside the project").isDirectory();

        // When
        ImageSource train = SourceSpec.parse(cifar.toString()).open(Split.TRAIN);
        ImageSource test = SourceSpec.parse(cifar.toString()).open(Split.TEST);

        // Then
        assertThat(train.size()).hasValue(50_000);
        assertThat(test.size()).hasValue(10_000);
        assertThat(train.classes().get(train.get(0).label())).isEqualTo("frog");
        assertThat(test.classes().get(test.get(0).label())).isEqualTo("cat");
        int[] counts = new int[10];
        for (int i = 0; i < 50_000; i++) {
            counts[train.get(i).label()]++;
        }
        assertThat(counts).containsOnly(5_000);
    }

    private ImageSource open(Split split) throws IOException {
        return SourceSpec.parse("cifar10:" + directory).open(split);
    }

    private void assertRefused(String message) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> open(Split.TRAIN))
                .withMessageContaining(message);
    }

    private static byte[] pixels(int batch, int index) {
        byte[] records = CifarFiles.batch(batch, index + 1);
        // Each batch is one series of random bytes, so a longer one begins like a shorter one.
        return Arrays.copyOfRange(records, index * RECORD + 1, (index + 1) * RECORD);
    }

    private static void truncate(Path file, int length) throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
    }

    /** As the authors' one: a folder, then its files; two images in each. */
    private Path archive(String... names) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        entry(tar, "cifar-10-batches-bin/", '5', new byte[0]);
        for (String name : names) {
            int number = name.startsWith("test") ? 6 : name.charAt("data_batch_".length()) - '0';
            entry(tar, "cifar-10-batches-bin/" + name, '0', CifarFiles.batch(number, 2));
        }
        entry(tar, "cifar-10-batches-bin/readme.html", '0', "read me".getBytes(StandardCharsets.US_ASCII));
        tar.writeBytes(new byte[1024]);
        Path archive = directory.resolve("cifar-10-binary.tar.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            tar.writeTo(out);
        }
        return archive;
    }

    private static void entry(ByteArrayOutputStream tar, String name, char type, byte[] content) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 124, String.format("%011o\0", content.length));
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 257, "ustar\000" + "00");
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        tar.writeBytes(header);
        tar.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
