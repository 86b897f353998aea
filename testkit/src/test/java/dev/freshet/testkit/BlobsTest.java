package dev.freshet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class BlobsTest {
    @Test
    void repeatsItselfForTheSameSeedOnly() {
        // Given
        List<LabelledPoint> points = new Blobs(3, 4, 1).next(20);

        // When
        List<LabelledPoint> again = new Blobs(3, 4, 1).next(20);
        List<LabelledPoint> other = new Blobs(3, 4, 2).next(20);

        // Then
        assertThat(again).usingRecursiveComparison().isEqualTo(points);
        assertThat(other.get(0).features()).isNotEqualTo(points.get(0).features());
    }

    @Test
    void hasTheNearestCentreOfItsClassAlmostAlways() {
        // Given
        int classes = 5;

        // When
        List<LabelledPoint> points = new Blobs(classes, 2, 7).next(2_000);

        // Then
        assertThat(points).allMatch(point -> point.label() >= 0 && point.label() < classes);
        assertThat(points.stream()
                        .filter(point -> nearestCentre(point.features(), classes) == point.label())
                        .count())
                .isGreaterThan(1_980);
    }

    @Test
    void refusesASingleClass() {
        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Blobs(1, 2, 7))
                .withMessage("classes and dimensions must be at least 2, were 1 and 2");
    }

    private static int nearestCentre(float[] features, int classes) {
        double turns = Math.atan2(features[1], features[0]) / (2 * Math.PI);
        return Math.floorMod(Math.round(turns * classes), classes);
    }
}
