package dev.freshet.launcher;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Text in columns, each as wide as its widest cell. Belongs to one thread. */
final class Table {
    private static final String GAP = "  ";

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
        add(columns.stream().map(Column::name).toList());
    }

    /** One column: names stand to the left, numbers to the right. */
    record Column(String name, boolean number) {
        static Column text(String name) {
            return new Column(name, false);
        }

        static Column number(String name) {
            return new Column(name, true);
        }
    }

    /** A row of as many cells as there are columns, or of fewer, the last of which then may be of any width. */
    void add(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    /** All lines, the columns' names first. */
    List<String> lines() {
        List<Integer> widths = widths();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private List<Integer> widths() {
        List<Integer> widths = new ArrayList<>(Collections.nCopies(columns.size(), 0));
        for (List<String> row : rows) {
            int measured = row.size() == columns.size() ? row.size() : row.size() - 1;
            for (int i = 0; i < measured; i++) {
                widths.set(i, Math.max(widths.get(i), row.get(i).length()));
            }
        }
        return widths;
    }

    private String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String blanks = " ".repeat(Math.max(0, widths.get(i) - row.get(i).length()));
            boolean right = columns.get(i).number() && row.size() == columns.size();
            line.append(i == 0 ? "" : GAP).append(right ? blanks + row.get(i) : row.get(i) + blanks);
        }
        return line.toString().stripTrailing();
    }
}
