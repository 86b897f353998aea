package dev.freshet.launcher.report;

import dev.freshet.launcher.report.Sheet.Anchor;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Images in rows, each with a caption of one line or more underneath. */
final class ImageGrid {
    private static final double MARGIN = 16;
    private static final double HEAD = 38;
    private static final double LINE = 15;
    private static final double GAP = 10;

    private final String title;
    private final List<Tile> tiles;
    private final int columns;
    private final double side;
    private final double cellWidth;
    private final double cellHeight;

    /**
     * @param image no wider than the grid's cells
     * @param caption as many lines as every other tile
     */
    record Tile(BufferedImage image, List<String> caption, Tone tone) {
        Tile {
            caption = List.copyOf(caption);
        }
    }

    /** How a caption is coloured. Wrong ones are framed too, for those who do not see the colour. */
    enum Tone {
        PLAIN,
        RIGHT,
        WRONG;

        private Color color(Theme theme) {
            return switch (this) {
                case PLAIN -> theme.ink;
                case RIGHT -> theme.right;
                case WRONG -> theme.wrong;
            };
        }
    }

    /** @param tiles at least one */
    ImageGrid(String title, List<Tile> tiles, int columns, double cellWidth) {
        this.title = title;
        this.tiles = List.copyOf(tiles);
        this.columns = Math.min(columns, tiles.size());
        this.side = tiles.stream()
                .mapToDouble(tile ->
                        (double) Math.max(tile.image().getWidth(), tile.image().getHeight()) / Sheet.DENSITY)
                .max()
                .orElse(0);
        this.cellWidth = cellWidth;
        this.cellHeight = side + 8 + LINE * tiles.get(0).caption().size() + GAP;
    }

    /** The square that the image of a tile is centred in. */
    Rectangle2D imageArea(int tile) {
        int row = tile / columns;
        double left = MARGIN + tile % columns * cellWidth;
        return new Rectangle2D.Double(left + (cellWidth - side) / 2, HEAD + row * cellHeight, side, side);
    }

    /** Where the caption of a tile is written. */
    Rectangle2D captionArea(int tile) {
        Rectangle2D image = imageArea(tile);
        return new Rectangle2D.Double(
                image.getCenterX() - cellWidth / 2, image.getMaxY() + 4, cellWidth, cellHeight - side - GAP);
    }

    BufferedImage draw(Theme theme) {
        int rows = (tiles.size() + columns - 1) / columns;
        double width = Math.max(columns * cellWidth, Sheet.width(title, Sheet.TITLE)) + 2 * MARGIN;
        Sheet sheet = new Sheet(width, HEAD + rows * cellHeight, theme.paper);
        sheet.text(title, MARGIN, 20, Anchor.START, Sheet.TITLE, theme.ink);
        for (int i = 0; i < tiles.size(); i++) {
            draw(sheet, theme, i);
        }
        return sheet.finished();
    }

    private void draw(Sheet sheet, Theme theme, int index) {
        Tile tile = tiles.get(index);
        Rectangle2D square = imageArea(index);
        double width = (double) tile.image().getWidth() / Sheet.DENSITY;
        double height = (double) tile.image().getHeight() / Sheet.DENSITY;
        double x = Math.round(square.getCenterX() - width / 2);
        double y = Math.round(square.getCenterY() - height / 2);
        sheet.image(tile.image(), x, y);
        if (tile.tone() == Tone.WRONG) {
            sheet.stroke(new Rectangle2D.Double(x - 1.5, y - 1.5, width + 3, height + 3), theme.wrong, 2);
        } else {
            // An image as light or as dark as the page would have no edge.
            sheet.stroke(new Rectangle2D.Double(x - 0.25, y - 0.25, width + 0.5, height + 0.5), theme.line, 0.5);
        }
        Rectangle2D area = captionArea(index);
        for (int line = 0; line < tile.caption().size(); line++) {
            Font font = line == 0 && tile.tone() == Tone.WRONG ? Sheet.STRONG : Sheet.TEXT;
            sheet.text(
                    Sheet.shortened(tile.caption().get(line), font, cellWidth - 4),
                    area.getCenterX(),
                    area.getMinY() + LINE * (line + 0.7),
                    Anchor.MIDDLE,
                    font,
                    tile.tone().color(theme));
        }
    }
}
