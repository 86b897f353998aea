package dev.freshet.launcher.report;

import dev.freshet.launcher.report.Sheet.Anchor;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * The confusion matrix: a row for each true class, a column for each answer, right answers in one colour and wrong ones
 * in another, the stronger the larger their share of the row.
 */
final class ConfusionPicture {
    private static final double HEAD = 44;
    private static final double MARGIN = 16;
    private static final double LEGEND = 62;
    private static final double MOST_FOR_A_NAME = 120;
    private static final double LARGEST_CELL = 52;
    private static final double SMALLEST_CELL = 2;
    /** What 26 classes make of it is still read easily. */
    private static final double MATRIX = 884;

    private static final double LEGEND_BAR = 150;

    private final Confusion confusion;
    private final List<String> classes;
    private final double cell;
    private final Font nameFont;
    private final boolean upwards;
    private final double left;
    private final double top;

    /** @param classes as many names as the matrix has rows */
    ConfusionPicture(Confusion confusion, List<String> classes) {
        this.confusion = confusion;
        this.cell = Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, Math.floor(MATRIX / classes.size())));
        this.nameFont = Sheet.TEXT.deriveFont((float) Math.min(12, Math.max(7, cell - 2)));
        this.classes = classes.stream()
                .map(name -> Sheet.shortened(name, nameFont, MOST_FOR_A_NAME))
                .toList();
        double longest = this.classes.stream()
                .mapToDouble(name -> Sheet.width(name, nameFont))
                .max()
                .orElse(0);
        this.upwards = longest > cell - 4;
        this.left = MARGIN + 24 + longest + 8;
        this.top = HEAD + 20 + (upwards ? longest : 12) + 8;
    }

    /** Where a count is written. */
    Rectangle2D cell(int truth, int predicted) {
        return new Rectangle2D.Double(left + predicted * cell, top + truth * cell, cell, cell);
    }

    BufferedImage draw(Theme theme) {
        double side = cell * confusion.classes();
        double width = Math.max(left + side + MARGIN, 2 * LEGEND_BAR + 5 * MARGIN);
        Sheet sheet = new Sheet(width, top + side + LEGEND, theme.paper);
        sheet.text("Confusion matrix", MARGIN, 20, Anchor.START, Sheet.TITLE, theme.ink);
        sheet.text("predicted class", left + side / 2, HEAD, Anchor.MIDDLE, Sheet.SMALL, theme.ink);
        sheet.textUpwards("true class", MARGIN + 4, top + side / 2, Anchor.MIDDLE, Sheet.SMALL, theme.ink);
        drawNames(sheet, theme);
        for (int truth = 0; truth < confusion.classes(); truth++) {
            for (int predicted = 0; predicted < confusion.classes(); predicted++) {
                drawCell(sheet, theme, truth, predicted);
            }
        }
        sheet.stroke(new Rectangle2D.Double(left, top, side, side), theme.line, 1);
        drawLegend(sheet, theme, width / 2, top + side + 24);
        return sheet.finished();
    }

    private void drawNames(Sheet sheet, Theme theme) {
        // Where names would run into each other, only every second, third … is written.
        int every = (int) Math.ceil((nameFont.getSize2D() + 1) / cell);
        for (int i = 0; i < classes.size(); i += every) {
            double middle = (i + 0.5) * cell;
            sheet.text(classes.get(i), left - 8, top + middle, Anchor.END, nameFont, theme.ink);
            if (upwards) {
                sheet.textUpwards(classes.get(i), left + middle, top - 8, Anchor.START, nameFont, theme.ink);
            } else {
                sheet.text(classes.get(i), left + middle, top - 14, Anchor.MIDDLE, nameFont, theme.ink);
            }
        }
    }

    private void drawCell(Sheet sheet, Theme theme, int truth, int predicted) {
        Rectangle2D area = cell(truth, predicted);
        Color color = color(theme, truth == predicted, confusion.share(truth, predicted));
        sheet.fill(area, color);
        sheet.stroke(area, theme.line, cell < 8 ? 0 : 0.5);
        long count = confusion.count(truth, predicted);
        if (count == 0) {
            return;
        }
        String text = Long.toString(count);
        double size =
                Math.min(13, Math.min(cell * 0.45, 13 * (cell - 4) / Sheet.width(text, Sheet.TEXT.deriveFont(13f))));
        if (size >= 6) {
            sheet.text(
                    text,
                    area.getCenterX(),
                    area.getCenterY(),
                    Anchor.MIDDLE,
                    Sheet.TEXT.deriveFont((float) size),
                    Theme.readableOn(color));
        }
    }

    /** By the root of the share: of a good model all mistakes are few, and would look alike otherwise. */
    static Color color(Theme theme, boolean right, double share) {
        return Theme.mix(theme.paper, right ? theme.training : theme.validation, Math.sqrt(share));
    }

    private static void drawLegend(Sheet sheet, Theme theme, double middle, double y) {
        drawBar(sheet, theme, true, "right, share of the row", middle - LEGEND_BAR - MARGIN, y);
        drawBar(sheet, theme, false, "wrong, share of the row", middle + MARGIN, y);
    }

    private static void drawBar(Sheet sheet, Theme theme, boolean right, String title, double x, double y) {
        for (double at = 0; at < LEGEND_BAR; at += 0.5) {
            double root = at / LEGEND_BAR;
            // Up to the end, so that no gap shows between one stripe and the next.
            sheet.fill(x + at, y, LEGEND_BAR - at, 8, color(theme, right, root * root));
        }
        sheet.stroke(new Rectangle2D.Double(x, y, LEGEND_BAR, 8), theme.line, 0.5);
        sheet.text(title, x, y - 8, Anchor.START, Sheet.SMALL, theme.ink);
        for (int percent : new int[] {0, 5, 25, 50, 100}) {
            sheet.text(
                    percent + (percent == 100 ? " %" : ""),
                    x + Math.sqrt(percent / 100.0) * LEGEND_BAR,
                    y + 17,
                    Anchor.MIDDLE,
                    Sheet.SMALL.deriveFont(10f),
                    theme.faint);
        }
    }
}
