package dev.freshet.ingest.digits;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws digits, white on black, under random font, pose, thickness, blur and noise.
 *
 * <p>A picture depends on the seed, its number and the fonts of the machine, on nothing else; without fonts it is the
 * same everywhere. Belongs to one thread at a time, because the canvas is reused.
 */
public final class DigitDrawing {
    /** Height and width. */
    public static final int SIZE = 28;

    private static final Logger log = LoggerFactory.getLogger(DigitDrawing.class);

    private final Glyphs glyphs;
    private final Finish finish = new Finish();
    private final float[] canvas = new float[SIZE * SIZE];

    private DigitDrawing(Glyphs glyphs) {
        this.glyphs = glyphs;
    }

    /** With the fonts of this machine, or with strokes where there are none; takes a moment to look through them. */
    public static DigitDrawing create() {
        return create(FontFaces::ofThisMachine);
    }

    static DigitDrawing create(Supplier<List<FontGlyphs.Face>> fonts) {
        try {
            List<FontGlyphs.Face> faces = fonts.get();
            if (!faces.isEmpty()) {
                log.atDebug().addKeyValue("faces", faces.size()).log("drawing digits with fonts");
                return new DigitDrawing(new FontGlyphs(faces));
            }
            log.info("drawing digits with strokes, because no font of this machine has readable ones");
        } catch (LinkageError | InternalError | RuntimeException e) {
            // What a JRE throws that lacks libfreetype, fontconfig or any font depends on which of them it lacks.
            log.atInfo()
                    .addKeyValue("reason", e.toString())
                    .log("drawing digits with strokes, because this Java runtime cannot use fonts");
        }
        return ofStrokes();
    }

    /** Without fonts and AWT. */
    static DigitDrawing ofStrokes() {
        return new DigitDrawing(new StrokeGlyphs());
    }

    /** Which digit a picture shows, in [0, 9]; all are equally likely. */
    public static int digit(long seed, long number) {
        return randomOf(seed, number).nextInt(10);
    }

    /**
     * Draws one picture.
     *
     * @return {@code [28][28]}, 0 black to 255 white; the caller's own
     */
    public byte[] draw(long seed, long number) {
        SplittableRandom random = randomOf(seed, number);
        int digit = random.nextInt(10);
        glyphs.draw(digit, random, Pose.random(random), canvas);
        return finish.apply(canvas, random);
    }

    /** The seed goes through the finalizer first: neighbouring seeds and numbers must not give shifted series. */
    private static SplittableRandom randomOf(long seed, long number) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() ^ new SplittableRandom(~number).nextLong());
    }
}
