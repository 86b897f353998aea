package dev.freshet.ingest.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a file of comma-separated values has what: found by reading all of it once.
 *
 * <p>The first line is a header if it has a name where the second has a number, or a cell that says label, class or
 * target. The label is in the first of these that there is: the column that the header calls label, class, target or y;
 * the only column in which most cells are no numbers; the first column, if it holds whole numbers only; the last column.
 * Most, not one: a single wrong cell must not make labels of the column that it is in.
 *
 * @param headerLine number of the line that is the header; 0 if there is none
 * @param columns cells of every line
 * @param labelColumn from 0
 * @param side of the square images that the values are, in pixels; 0 if they are points
 */
record CsvLayout(int headerLine, int columns, int labelColumn, int side) {
    private static final List<String> LABEL_NAMES = List.of("label", "class", "target", "y");
    /** Names that no value has, unlike y, which also means yes. */
    private static final List<String> SURE_NAMES = LABEL_NAMES.subList(0, 3);

    private static final int SMALLEST_IMAGE = 16;

    static CsvLayout of(Path file) throws IOException {
        Columns columns = new Columns(file);
        CsvFile.read(file, columns::add);
        return columns.layout();
    }

    /** What is known of each column so far. */
    private static final class Columns {
        private final Path file;
        private List<String> firstLine = List.of();
        private int firstNumber;
        private boolean header;
        private int lines;
        /** Cells that are no numbers, below the header. */
        private int[] texts = {};

        private boolean[] whole = {};
        private boolean[] bytes = {};

        Columns(Path file) {
            this.file = file;
        }

        void add(int number, String line, List<String> cells) throws IOException {
            lines++;
            if (lines == 1) {
                firstLine = cells;
                firstNumber = number;
                texts = new int[cells.size()];
                whole = all(cells.size());
                bytes = all(cells.size());
                return;
            }
            if (cells.size() != firstLine.size()) {
                throw new IOException(file + " has " + cells.size() + " cells in line " + number + " and "
                        + firstLine.size() + " in its first");
            }
            if (lines == 2) {
                header = isHeader(firstLine, cells);
                if (!header) {
                    look(firstLine);
                }
            }
            look(cells);
        }

        private static boolean[] all(int length) {
            boolean[] values = new boolean[length];
            Arrays.fill(values, true);
            return values;
        }

        private static boolean isHeader(List<String> first, List<String> second) {
            for (int i = 0; i < first.size(); i++) {
                boolean named = Double.isNaN(CsvFile.number(first.get(i)));
                if (named && !Double.isNaN(CsvFile.number(second.get(i)))) {
                    return true;
                }
            }
            return first.stream().anyMatch(cell -> SURE_NAMES.contains(cell.toLowerCase(Locale.ROOT)));
        }

        private void look(List<String> cells) {
            for (int i = 0; i < texts.length; i++) {
                double value = CsvFile.number(cells.get(i));
                texts[i] += Double.isNaN(value) ? 1 : 0;
                whole[i] &= value == Math.rint(value);
                bytes[i] &= whole[i] && value >= 0 && value <= 255;
            }
        }

        CsvLayout layout() throws IOException {
            if (lines < (header ? 2 : 1) || firstLine.size() < 2) {
                throw new IOException(file + " must hold lines of a label and numbers, with commas between them");
            }
            if (lines == 1) {
                look(firstLine);
            }
            int label = labelColumn();
            int values = firstLine.size() - 1;
            boolean allBytes = true;
            for (int i = 0; i < bytes.length; i++) {
                allBytes &= i == label || bytes[i];
            }
            int side = (int) Math.round(Math.sqrt(values));
            boolean image = allBytes && values >= SMALLEST_IMAGE && side * side == values;
            return new CsvLayout(header ? firstNumber : 0, firstLine.size(), label, image ? side : 0);
        }

        private int labelColumn() {
            @Nullable Integer named = header ? namedColumn() : null;
            if (named != null) {
                return named;
            }
            int examples = header ? lines - 1 : lines;
            List<Integer> columnsOfText = new ArrayList<>();
            for (int i = 0; i < texts.length; i++) {
                if (2L * texts[i] > examples) {
                    columnsOfText.add(i);
                }
            }
            if (columnsOfText.size() == 1) {
                return columnsOfText.get(0);
            }
            return whole[0] ? 0 : texts.length - 1;
        }

        private @Nullable Integer namedColumn() {
            List<String> names = firstLine.stream()
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .toList();
            return LABEL_NAMES.stream()
                    .map(names::indexOf)
                    .filter(column -> column >= 0)
                    .findFirst()
                    .orElse(null);
        }
    }
}
