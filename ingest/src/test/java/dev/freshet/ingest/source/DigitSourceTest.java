package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.model.InputSpec;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DigitSourceTest {
    @Test
    void isEndlessAndLooksLikeMnist() throws Exception {
        // When
        ImageSource digits = open("digits", Split.TRAIN);

        // Then
        assertThat(digits.size()).isEmpty();
        assertThat(digits.input()).isEqualTo(InputSpec.image(1, 28, 28));
        assertThat(digits.classes()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(digits.get(Long.MAX_VALUE - 1).pixels()).hasSize(784);
        assertThatThrownBy(() -> digits.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void givesTheSameImageAgainWhateverCameBefore() throws Exception {
        // Given
        ImageSource digits = open("digits:5", Split.TRAIN);
        LabelledImage first = digits.get(1000);
        digits.get(3);

        // When
        LabelledImage again = digits.get(1000);

        // Then
        assertThat(again.id()).isEqualTo("digits/5/1000").isEqualTo(first.id());
        assertThat(again.label()).isEqualTo(first.label());
        assertThat(again.pixels()).isEqualTo(first.pixels()).isNotSameAs(first.pixels());
    }

    @Test
    void testsOnDigitsThatNoTrainingSeedGives() throws Exception {
        // When
        LabelledImage test = open("digits:5", Split.TEST).get(0);

        // Then
        assertThat(test.id()).isEqualTo("digits/-6/0");
        assertThat(test.pixels())
                .isNotEqualTo(open("digits:5", Split.TRAIN).get(0).pixels());
    }

    private static ImageSource open(String spec, Split split) throws IOException {
        return SourceSpec.parse(spec).open(split);
    }
}
