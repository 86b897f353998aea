package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.model.InputSpec;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CirclesSourceTest {
    @Test
    void hasEightHundredPointsToLearnFromAndTwoHundredOthersForTheTest() throws Exception {
        // When
        ImageSource train = open("circles", Split.TRAIN);
        ImageSource test = open("circles", Split.TEST);

        // Then
        assertThat(train.size()).hasValue(800);
        assertThat(test.size()).hasValue(200);
        assertThat(train.input()).isEqualTo(InputSpec.point(2)).isEqualTo(test.input());
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 800; i++) {
            ids.add(train.get(i).id());
        }
        for (int i = 0; i < 200; i++) {
            ids.add(test.get(i).id());
        }
        assertThat(ids).hasSize(1_000).contains("circles/1/0", "circles/1/999");
        assertThatThrownBy(() -> test.get(200)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void labelsByTheCircle() throws Exception {
        // Given
        ImageSource train = open("circles", Split.TRAIN);
        int outside = 0;

        for (int i = 0; i < 800; i++) {
            // When
            LabelledImage point = train.get(i);

            // Then
            float[] xy = xy(point);
            assertThat(train.classes().get(point.label()))
                    .isEqualTo(xy[0] * xy[0] + xy[1] * xy[1] > 1.5f ? "outside" : "inside");
            outside += point.label();
        }
        // P(χ² with 2 degrees of freedom > 1.5) is 47 %.
        assertThat(outside).isBetween(320, 440);
    }

    @Test
    void aSeedAlwaysGivesTheSamePoints() throws Exception {
        // When
        LabelledImage point = open("circles:5", Split.TEST).get(7);

        // Then
        assertThat(xy(point))
                .isEqualTo(xy(open("circles:5", Split.TEST).get(7)))
                .isNotEqualTo(xy(open("circles:6", Split.TEST).get(7)));
        assertThat(point.id()).isEqualTo("circles/5/807");
        assertThatIllegalStateException().isThrownBy(point::pixels).withMessageContaining("is a point");
    }

    private static float[] xy(LabelledImage point) {
        return ((Values.Point) point.values()).values();
    }

    private static ImageSource open(String spec, Split split) throws IOException {
        return SourceSpec.parse(spec).open(split);
    }
}
