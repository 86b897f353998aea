package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.testkit.IdxFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSpecTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "digits",
                "digits:7",
                "idx:some/where",
                "idx:C:\\data",
                "circles",
                "circles:7",
                "cifar10:some/where",
                "folder:some/where",
                "csv:some/where.csv"
            })
    void readsWhatItWrites(String text) {
        // When
        SourceSpec spec = SourceSpec.parse(text);

        // Then
        assertThat(spec).hasToString(text);
    }

    @Test
    void recognisesADirectoryByItsFiles() throws Exception {
        // Given
        IdxFiles.write(directory, "train", new byte[][] {{1}, {2}}, 1, 1, new byte[] {0, 1}, true);

        // When
        SourceSpec spec = SourceSpec.parse(directory.toString());

        // Then
        assertThat(spec).hasToString("idx:" + directory);
        assertThat(spec.open(Split.TRAIN).size()).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mnist",
                "ftp:there",
                "digits:x",
                "digits:-1",
                "circles:x",
                "circles:-1",
                "idx",
                "idx:",
                "idx: ",
                "cifar10",
                "cifar10:",
                "folder",
                "folder:",
                "csv",
                "csv:"
            })
    void namesTheValueAndEveryFormWhenItIsWrong(String text) {
        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceSpec.parse(text))
                .withMessageContaining("source \"" + text + "\"")
                .withMessageContaining("idx:DIR")
                .withMessageContaining("cifar10:DIR")
                .withMessageContaining("folder:DIR")
                .withMessageContaining("csv:FILE")
                .withMessageContaining("digits:SEED")
                .withMessageContaining("circles:SEED")
                .withMessageContaining("a path that holds one of these");
    }

    @Test
    void refusesADirectoryThatHoldsNothingKnown() {
        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceSpec.parse(directory.toString()))
                .withMessageContaining(directory.toString())
                .withMessageContaining("holds nothing that is known");
    }

    @Test
    void namesTheDirectoryThatIsMissing() {
        // Given
        SourceSpec spec = SourceSpec.parse("idx:" + directory.resolve("none"));

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec.open(Split.TRAIN))
                .withMessageContaining("there is no directory " + directory.resolve("none"));
    }

    @Test
    void namesTheFilesThatAreMissingAndWhere() throws Exception {
        // Given
        IdxFiles.write(directory, "train", new byte[][] {{1}, {2}}, 1, 1, new byte[] {0, 1}, false);
        SourceSpec spec = SourceSpec.parse("idx:" + directory);

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec.open(Split.TEST))
                .withMessageContaining("t10k-images-idx3-ubyte")
                .withMessageContaining("t10k-images.idx3-ubyte.gz")
                .withMessageContaining("is in " + directory);
    }
}
