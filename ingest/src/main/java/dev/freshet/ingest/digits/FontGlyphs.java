package dev.freshet.ingest.digits;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Digits as printed: outlines taken from fonts once, then filled under each pose on one reused image. */
final class FontGlyphs implements Glyphs {
    private final List<Face> faces;
    private final BufferedImage image =
            new BufferedImage(DigitDrawing.SIZE, DigitDrawing.SIZE, BufferedImage.TYPE_BYTE_GRAY);
    private final byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    private final Graphics2D graphics;

    /** @param faces at least one */
    FontGlyphs(List<Face> faces) {
        this.faces = List.copyOf(faces);
        this.graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
    }

    /**
     * One font in one weight.
     *
     * @param name for logs
     * @param outlines of the digits 0 to 9 in glyph space
     */
    record Face(String name, List<Shape> outlines) {
        Face {
            outlines = List.copyOf(outlines);
        }
    }

    @Override
    public void draw(int digit, SplittableRandom random, Pose pose, float[] canvas) {
        draw(faces.get(random.nextInt(faces.size())), digit, pose, canvas);
    }

    void draw(Face face, int digit, Pose pose, float[] canvas) {
        Arrays.fill(pixels, (byte) 0);
        graphics.setTransform(new AffineTransform(pose.xx(), pose.yx(), pose.xy(), pose.yy(), pose.x0(), pose.y0()));
        graphics.fill(face.outlines().get(digit));
        for (int i = 0; i < canvas.length; i++) {
            canvas[i] = (pixels[i] & 0xff) / 255f;
        }
    }
}
