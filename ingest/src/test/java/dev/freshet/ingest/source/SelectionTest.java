package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SelectionTest {
    @Test
    void givesTheChosenImagesInTheirOrder() throws Exception {
        // Given
        ImageSource circles = SourceSpec.parse("circles").open(Split.TEST);
        int[] indices = {5, 2, 5};

        // When
        ImageSource selection = Selection.of(circles, indices);
        indices[0] = 0;

        // Then
        assertThat(selection.size()).hasValue(3);
        assertThat(selection.input()).isEqualTo(circles.input());
        assertThat(selection.classes()).isEqualTo(circles.classes());
        assertThat(selection.get(0).id()).isEqualTo(circles.get(5).id());
        assertThat(selection.get(1).id()).isEqualTo(circles.get(2).id());
        assertThat(selection.label(1)).isEqualTo(circles.get(2).label());
        assertThat(selection.get(2).id()).isEqualTo(circles.get(5).id());
        assertThatThrownBy(() -> selection.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> selection.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void givesThemOtherIds() throws Exception {
        // Given
        ImageSource digits = SourceSpec.parse("digits:1").open(Split.TRAIN);

        // When
        ImageSource selection = Selection.of(digits, new int[] {7}, "validation/");

        // Then
        assertThat(selection.get(0).id()).isEqualTo("validation/digits/1/7");
        assertThat(selection.get(0).label()).isEqualTo(digits.get(7).label());
        assertThat(selection.get(0).pixels()).isEqualTo(digits.get(7).pixels());
    }

    @Test
    void refusesWhatTheSourceHasNot() throws Exception {
        // Given
        ImageSource circles = SourceSpec.parse("circles").open(Split.TEST);

        // When / Then
        assertThatThrownBy(() -> Selection.of(circles, new int[] {0, 200}))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("200");
    }
}
