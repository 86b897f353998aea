package dev.freshet.ingest.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LegibilityTest {
    private static List<FontGlyphs.Face> faces = List.of();

    @BeforeAll
    static void findFonts() {
        faces = FontFaces.ofThisMachine();
    }

    @Test
    void refusesBoxesInPlaceOfDigits() {
        // Given
        List<Shape> boxes = Collections.nCopies(10, new Rectangle2D.Double(-0.3, -0.5, 0.6, 1));

        // When / Then
        assertThat(new Legibility().isLegible(new FontGlyphs.Face("boxes", boxes)))
                .isFalse();
    }

    @Test
    void refusesOrnamentsInPlaceOfDigits() {
        // Given
        List<Shape> circles = IntStream.range(0, 10)
                .<Shape>mapToObj(i -> new Ellipse2D.Double(-0.05 * i, -0.5, 0.1 * i + 0.1, 1))
                .toList();

        // When / Then
        assertThat(new Legibility().isLegible(new FontGlyphs.Face("ornaments", circles)))
                .isFalse();
    }

    @Test
    void refusesDigitsInAnotherOrder() {
        // Given
        assumeThat(faces).as("fonts on this machine").isNotEmpty();
        List<Shape> shifted = new ArrayList<>(faces.get(0).outlines());
        Collections.rotate(shifted, 1);

        // When / Then
        assertThat(new Legibility().isLegible(new FontGlyphs.Face("shifted", shifted)))
                .isFalse();
    }

    @Test
    void acceptsTheFontsOfThisMachine() {
        // Given
        assumeThat(faces).as("fonts on this machine").isNotEmpty();

        // When / Then
        assertThat(faces).allSatisfy(face -> assertThat(new Legibility().matches(face))
                .as(face.name())
                .isGreaterThanOrEqualTo(7));
    }
}
