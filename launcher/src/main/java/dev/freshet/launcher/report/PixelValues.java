package dev.freshet.launcher.report;

import dev.freshet.core.model.InputSpec;
import dev.freshet.launcher.report.Sheet.Anchor;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * One image enlarged, with the value of each pixel written into it. A grey image of up to 32×32 pixels is shown whole;
 * of others it is the middle, beside the whole picture, and of colours each channel by itself.
 */
final class PixelValues {
    private static final int CELL = 26;
    private static final int LARGEST_WHOLE = 32;
    private static final int LARGEST_PART = 16;
    private static final double MARGIN = 16;
    private static final double HEAD = 40;
    private static final double LABEL = 22;
    private static final Font FONT = Sheet.TEXT.deriveFont(9.5f);
    private static final List<String> CHANNELS = List.of("red", "green", "blue");
    /** Paler than the channels themselves, on whose full strength no text is read easily. */
    private static final List<Color> TINTS = List.of(new Color(0xff7b72), new Color(0x6fdc8c), new Color(0x82aaff));

    private final InputSpec input;
    private final byte[] pixels;
    private final String title;
    private final boolean whole;
    private final int rows;
    private final int columns;
    private final int firstRow;
    private final int firstColumn;

    /**
     * @param pixels {@code [channels][height][width]}
     * @param label what the image shows
     */
    PixelValues(InputSpec input, byte[] pixels, String label) {
        this.input = input;
        this.pixels = pixels;
        this.title = "The pixels of one image: " + label;
        this.whole = input.channels() == 1 && input.height() <= LARGEST_WHOLE && input.width() <= LARGEST_WHOLE;
        this.rows = whole ? input.height() : Math.min(LARGEST_PART, input.height());
        this.columns = whole ? input.width() : Math.min(LARGEST_PART, input.width());
        this.firstRow = (input.height() - rows) / 2;
        this.firstColumn = (input.width() - columns) / 2;
    }

    /** What the picture shows, in words. */
    String caption() {
        String values = "its value, from 0 (dark) to 255 (bright). These bytes, scaled, are what the model is given.";
        if (whole) {
            return "One training image, enlarged: in each cell, one pixel and " + values;
        }
        boolean isCrop = rows < input.height() || columns < input.width();
        String part = isCrop
                ? "the middle " + columns + "×" + rows + " of its " + input.width() + "×" + input.height() + " pixels"
                        + " (framed)"
                : "its pixels";
        String channels = input.channels() == 3 ? ", each channel by itself" : "";
        return "One training image, and " + part + " enlarged" + channels + ": in each cell, one pixel and " + values;
    }

    /** Where a value is written, of the channel given. */
    Rectangle2D cell(int channel, int row, int column) {
        Rectangle2D panel = panel(whole ? 0 : channel + 1);
        return new Rectangle2D.Double(
                panel.getX() + (column - firstColumn) * CELL, panel.getY() + (row - firstRow) * CELL, CELL, CELL);
    }

    /** The panels stand in two columns; the first one is the picture, if it is not shown with its values. */
    private Rectangle2D panel(int index) {
        int row = index / 2;
        double width = columns * CELL;
        double height = rows * CELL;
        double label = whole ? 0 : LABEL;
        double left = MARGIN + index % 2 * (width + MARGIN);
        return new Rectangle2D.Double(left, HEAD + label + row * (height + label + MARGIN), width, height);
    }

    BufferedImage draw(Theme theme) {
        Rectangle2D last = panel(whole ? 0 : input.channels());
        Rectangle2D second = panel(whole ? 0 : 1);
        double width = Math.max(second.getMaxX(), MARGIN + Sheet.width(title, Sheet.TITLE)) + MARGIN;
        Sheet sheet = new Sheet(width, last.getMaxY() + MARGIN, theme.paper);
        sheet.text(title, MARGIN, 20, Anchor.START, Sheet.TITLE, theme.ink);
        if (!whole) {
            drawOverview(sheet, theme);
        }
        for (int channel = 0; channel < input.channels(); channel++) {
            drawValues(sheet, theme, channel);
        }
        return sheet.finished();
    }

    private void drawOverview(Sheet sheet, Theme theme) {
        Rectangle2D panel = panel(0);
        drawLabel(sheet, theme, panel, "the image");
        int side = Math.min(columns, rows) * CELL * Sheet.DENSITY;
        BufferedImage picture = PixelImages.fitted(PixelImages.of(input, pixels), side);
        double x = Math.rint(panel.getCenterX() - (double) picture.getWidth() / Sheet.DENSITY / 2);
        double y = Math.rint(panel.getCenterY() - (double) picture.getHeight() / Sheet.DENSITY / 2);
        sheet.image(picture, x, y);
        if (rows < input.height() || columns < input.width()) {
            double pixel = (double) picture.getWidth() / input.width() / Sheet.DENSITY;
            Rectangle2D part = new Rectangle2D.Double(
                    x + firstColumn * pixel, y + firstRow * pixel, columns * pixel, rows * pixel);
            // Two lines, so that one of them stands out on any picture.
            sheet.stroke(part, Color.BLACK, 4);
            sheet.stroke(part, Color.WHITE, 2);
        }
    }

    private void drawValues(Sheet sheet, Theme theme, int channel) {
        if (!whole) {
            String label = input.channels() == 3 ? CHANNELS.get(channel) : "its middle";
            drawLabel(sheet, theme, panel(channel + 1), label);
        }
        for (int row = firstRow; row < firstRow + rows; row++) {
            for (int column = firstColumn; column < firstColumn + columns; column++) {
                int value = pixels[(channel * input.height() + row) * input.width() + column] & 0xff;
                Color tint = input.channels() == 3 ? TINTS.get(channel) : Color.WHITE;
                Color color = Theme.mix(Color.BLACK, tint, value / 255.0);
                Rectangle2D cell = cell(channel, row, column);
                sheet.fill(cell, color);
                sheet.text(
                        Integer.toString(value),
                        cell.getCenterX(),
                        cell.getCenterY(),
                        Anchor.MIDDLE,
                        FONT,
                        Theme.readableOn(color));
            }
        }
        Rectangle2D panel = panel(whole ? 0 : channel + 1);
        sheet.stroke(panel, theme.line, 0.5);
    }

    private static void drawLabel(Sheet sheet, Theme theme, Rectangle2D panel, String label) {
        sheet.text(label, panel.getX(), panel.getY() - LABEL / 2, Anchor.START, Sheet.TEXT, theme.ink);
    }
}
