package dev.freshet.ingest.digits;

import java.util.List;

/**
 * Tells digits from whatever else a font may keep in their place, such as arrows or ornaments: each glyph is compared
 * with all ten stroke-drawn digits, and most must resemble their own most.
 */
final class Legibility {
    /** DejaVu and its kin get 9 or 10; ten random shapes get about one. */
    private static final int MATCHES_NEEDED = 7;

    /** Blur makes strokes of unlike thickness comparable. */
    private static final int BLURS = 4;

    private final Finish finish = new Finish();
    private final float[][] references = new float[10][DigitDrawing.SIZE * DigitDrawing.SIZE];
    private final float[] canvas = new float[DigitDrawing.SIZE * DigitDrawing.SIZE];

    Legibility() {
        for (int digit = 0; digit < 10; digit++) {
            StrokeGlyphs.drawPlain(digit, Pose.upright(), references[digit]);
            soften(references[digit]);
        }
    }

    boolean isLegible(FontGlyphs.Face face) {
        return matches(face) >= MATCHES_NEEDED;
    }

    /** How many of the ten resemble their own digit most. */
    int matches(FontGlyphs.Face face) {
        FontGlyphs glyphs = new FontGlyphs(List.of(face));
        int matches = 0;
        for (int digit = 0; digit < 10; digit++) {
            glyphs.draw(face, digit, Pose.upright(), canvas);
            soften(canvas);
            matches += mostSimilar(canvas) == digit ? 1 : 0;
        }
        return matches;
    }

    private int mostSimilar(float[] image) {
        int best = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int digit = 0; digit < 10; digit++) {
            double similarity = dot(image, references[digit]) / Math.sqrt(dot(references[digit], references[digit]));
            if (similarity > highest) {
                best = digit;
                highest = similarity;
            }
        }
        return best;
    }

    private void soften(float[] image) {
        for (int i = 0; i < BLURS; i++) {
            finish.blur(image, 0.25f);
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
