package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConcatenationTest {
    @Test
    void givesOneSourceAfterTheOther() throws Exception {
        // Given
        ImageSource train = SourceSpec.parse("circles").open(Split.TRAIN);
        ImageSource test = SourceSpec.parse("circles").open(Split.TEST);
        ImageSource nothing = Selection.of(test, new int[0]);

        // When
        ImageSource all = Concatenation.of(List.of(nothing, train, nothing, test, nothing));

        // Then
        assertThat(all.size()).hasValue(1_000);
        assertThat(all.input()).isEqualTo(train.input());
        assertThat(all.classes()).isEqualTo(train.classes());
        for (int i = 0; i < 1_000; i++) {
            assertThat(all.get(i).id()).isEqualTo("circles/1/" + i);
            assertThat(all.label(i)).isEqualTo(all.get(i).label());
        }
        assertThatThrownBy(() -> all.get(1_000)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> all.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesSourcesOfDifferentKinds() throws Exception {
        // Given
        ImageSource circles = SourceSpec.parse("circles").open(Split.TRAIN);
        ImageSource digits = SourceSpec.parse("digits").open(Split.TRAIN);

        // When / Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Concatenation.of(List.of(circles, digits)))
                .withMessageContaining(
                        "the first has [2] and [inside, outside], and source 2 has [1, 28, 28] and [0, 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Concatenation.of(List.of(digits, digits)))
                .withMessageContaining("source 1 has none");
        assertThatIllegalArgumentException().isThrownBy(() -> Concatenation.of(List.of()));
    }
}
