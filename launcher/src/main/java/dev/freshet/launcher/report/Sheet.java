package dev.freshet.launcher.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/**
 * What a picture is drawn on. Lengths are those of the page; each is {@value #DENSITY} pixels, so that pictures are sharp
 * on dense screens. Belongs to one thread.
 */
final class Sheet {
    /** Pixels of the picture to one of the page. */
    static final int DENSITY = 2;

    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 14);
    static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    static final Font STRONG = new Font(Font.SANS_SERIF, Font.BOLD, 12);
    static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
    /** Half the height of a digit to the size of its font: what centres digits and capitals on a line. */
    private static final double HALF_CAPITAL = 0.36;

    private final BufferedImage image;
    private final Graphics2D graphics;

    /** What part of a text its position means. */
    enum Anchor {
        START(0),
        MIDDLE(0.5),
        END(1);

        private final double share;

        Anchor(double share) {
            this.share = share;
        }
    }

    Sheet(double width, double height, Color paper) {
        image = new BufferedImage(
                (int) Math.ceil(width * DENSITY), (int) Math.ceil(height * DENSITY), BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setColor(paper);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.scale(DENSITY, DENSITY);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    void fill(Shape shape, Color color) {
        graphics.setColor(color);
        graphics.fill(shape);
    }

    void fill(double x, double y, double width, double height, Color color) {
        fill(new Rectangle2D.Double(x, y, width, height), color);
    }

    /** @param dashes lengths of dash and gap in turn; none for a line without gaps */
    void stroke(Shape shape, Color color, double width, float... dashes) {
        graphics.setColor(color);
        graphics.setStroke(new BasicStroke(
                (float) width,
                dashes.length == 0 ? BasicStroke.CAP_ROUND : BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_ROUND,
                10,
                dashes.length == 0 ? null : dashes,
                0));
        graphics.draw(shape);
    }

    /** Draws only inside a rectangle until {@link #unclip()}. */
    void clip(Rectangle2D area) {
        graphics.setClip(area);
    }

    void unclip() {
        graphics.setClip(null);
    }

    /** @param y of the middle of its digits and capitals */
    void text(String text, double x, double y, Anchor anchor, Font font, Color color) {
        graphics.setFont(font);
        graphics.setColor(color);
        graphics.drawString(
                text, (float) (x - anchor.share * width(text, font)), (float) (y + HALF_CAPITAL * font.getSize2D()));
    }

    /** Text that reads from below to above; the anchor counts in its direction. */
    void textUpwards(String text, double x, double y, Anchor anchor, Font font, Color color) {
        AffineTransform upright = graphics.getTransform();
        graphics.translate(x, y);
        graphics.rotate(-Math.PI / 2);
        text(text, 0, 0, anchor, font, color);
        graphics.setTransform(upright);
    }

    /** Puts the pixels of a picture one to one on those of the sheet. */
    void image(BufferedImage picture, double x, double y) {
        AffineTransform scaled = graphics.getTransform();
        graphics.setTransform(new AffineTransform());
        graphics.drawImage(picture, (int) Math.round(x * DENSITY), (int) Math.round(y * DENSITY), null);
        graphics.setTransform(scaled);
    }

    /** The picture; nothing may be drawn after. */
    BufferedImage finished() {
        graphics.dispose();
        return image;
    }

    static double width(String text, Font font) {
        return text.isEmpty() ? 0 : font.getStringBounds(text, CONTEXT).getWidth();
    }

    /** The text, or as much of it as fits, with an ellipsis. */
    static String shortened(String text, Font font, double width) {
        if (width(text, font) <= width) {
            return text;
        }
        int length = text.length();
        while (length > 0 && width(text.substring(0, length) + "…", font) > width) {
            length = text.offsetByCodePoints(length, -1);
        }
        return text.substring(0, length) + "…";
    }
}
