package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.config.Config;
import dev.freshet.core.model.InputSpec;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageShapeTest {
    @Test
    void readsHeightAndWidthAndColour() {
        // When / Then
        assertThat(ImageShape.parse("28x30")).isEqualTo(new ImageShape(OptionalInt.empty(), 28, 30));
        assertThat(ImageShape.parse("1x28x30")).isEqualTo(new ImageShape(OptionalInt.of(1), 28, 30));
        assertThat(ImageShape.parse("3x28x30")).isEqualTo(ImageShape.of(InputSpec.image(3, 28, 30)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"28", "x28", "28x", "2x28x28", "28X28", "28 x 28", "-1x28", "0x28", "4096x4096", "1x2x3x4"})
    void refusesWhatIsNoShape(String text) {
        // When / Then
        assertThatIllegalArgumentException().isThrownBy(() -> ImageShape.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ingest: {resize: 9x8}}                                                  | 9x8",
                "{model: {input: {resize: true, shape: [3, 7, 6]}}}                       | 3x7x6",
                "{ingest: {resize: 9x8}, model: {input: {resize: true, shape: [1, 7, 6]}}} | 9x8",
                "{model: {input: {resize: false, shape: [1, 7, 6]}}}                      |",
                "{model: {input: {shape: [1, 7, 6]}}}                                     |",
                "{model: {input: {resize: true}}}                                         |",
                "{}                                                                       |",
            })
    void isWhatTheConfigurationAsksFor(String yaml, String shape) {
        // Given
        Config config = Config.parse(yaml, "test");

        // When / Then
        if (shape == null) {
            assertThat(ImageShape.wanted(config)).isEmpty();
        } else {
            assertThat(ImageShape.wanted(config)).contains(ImageShape.parse(shape));
        }
        config.ignore("model").requireValid();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ingest: {resize: big}}                         | ingest.resize must be HEIGHTxWIDTH",
                "{model: {input: {resize: true, shape: [2]}}}    | input.resize takes images",
                "{model: {input: {resize: true, shape: [2, 3]}}} | input.shape must be [channels, height, width]",
            })
    void refusesAConfigurationThatAsksForNoImage(String yaml, String message) {
        // Given
        Config config = Config.parse(yaml, "test");

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageShape.wanted(config))
                .withMessageContaining(message);
    }
}
