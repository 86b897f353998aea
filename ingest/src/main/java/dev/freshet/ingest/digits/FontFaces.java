package dev.freshet.ingest.digits;

import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds the fonts of this machine whose digits can be read as digits. */
final class FontFaces {
    /** Enough for variety; a desktop has hundreds, and looking through them all takes seconds. */
    private static final int MAX_FAMILIES = 40;

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
    private static final float POINTS = 100;

    private FontFaces() {}

    /**
     * Plain and bold faces in an order that depends on the installed fonts only; the same outlines under two names
     * count once. Throws whatever a Java runtime without font support throws.
     */
    static List<FontGlyphs.Face> ofThisMachine() {
        Set<List<Double>> seen = new HashSet<>();
        List<FontGlyphs.Face> faces = new ArrayList<>();
        Legibility legibility = new Legibility();
        for (String family : families()) {
            for (int style : new int[] {Font.PLAIN, Font.BOLD}) {
                Optional<FontGlyphs.Face> face = face(new Font(family, style, 1).deriveFont(POINTS));
                if (face.isPresent() && seen.add(fingerprint(face.get())) && legibility.isLegible(face.get())) {
                    faces.add(face.get());
                }
            }
        }
        return faces;
    }

    /** The families that every Java runtime with fonts has, then a spread of the others. */
    private static Set<String> families() {
        Set<String> families = new LinkedHashSet<>(List.of(Font.SANS_SERIF, Font.SERIF, Font.MONOSPACED));
        String[] installed = GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames(Locale.ROOT);
        Arrays.sort(installed);
        int step = Math.max(1, (installed.length + MAX_FAMILIES - 1) / MAX_FAMILIES);
        for (int i = 0; i < installed.length; i += step) {
            families.add(installed[i]);
        }
        return families;
    }

    /** Empty if a digit is missing or is drawn as nothing or as the box that stands for missing ones. */
    private static Optional<FontGlyphs.Face> face(Font font) {
        List<Shape> outlines = new ArrayList<>();
        for (char digit = '0'; digit <= '9'; digit++) {
            GlyphVector glyph = font.createGlyphVector(CONTEXT, new char[] {digit});
            Shape outline = glyph.getOutline();
            Rectangle2D bounds = outline.getBounds2D();
            if (!font.canDisplay(digit)
                    || glyph.getGlyphCode(0) == font.getMissingGlyphCode()
                    || bounds.getHeight() < 1
                    || bounds.getWidth() < 1) {
                return Optional.empty();
            }
            AffineTransform toGlyphSpace =
                    AffineTransform.getScaleInstance(1 / bounds.getHeight(), 1 / bounds.getHeight());
            toGlyphSpace.translate(-bounds.getCenterX(), -bounds.getCenterY());
            outlines.add(toGlyphSpace.createTransformedShape(outline));
        }
        return Optional.of(new FontGlyphs.Face(font.getFontName(Locale.ROOT), outlines));
    }

    private static List<Double> fingerprint(FontGlyphs.Face face) {
        List<Double> fingerprint = new ArrayList<>();
        double[] coordinates = new double[6];
        for (Shape outline : face.outlines()) {
            for (PathIterator path = outline.getPathIterator(null); !path.isDone(); path.next()) {
                fingerprint.add((double) path.currentSegment(coordinates));
                fingerprint.add(coordinates[0]);
                fingerprint.add(coordinates[1]);
            }
        }
        return fingerprint;
    }
}
