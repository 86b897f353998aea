package dev.freshet.ingest.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a file of comma-separated values (RFC 4180, without line breaks in cells) in UTF-8; empty lines are passed over. */
final class CsvFile {
    private CsvFile() {}

    /** Takes one line. */
    interface Visitor {
        /** @param number of the line, from 1 */
        void visit(int number, String line, List<String> cells) throws IOException;
    }

    static void read(Path file, Visitor visitor) throws IOException {
        int number = 0;
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (number == 1 && line.startsWith("\ufeff")) {
                    line = line.substring(1);
                }
                if (!line.isBlank()) {
                    visitor.visit(number, line, cells(line));
                }
            }
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not a text in UTF-8, after line " + number, e);
        }
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                // Two quotes inside a quoted cell are one quote of the text.
                if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                    cell.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString().strip());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString().strip());
        return cells;
    }

    /** The number in a cell; NaN if there is none, or none that is finite. */
    static double number(String cell) {
        if (cell.isEmpty()) {
            return Double.NaN;
        }
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            // Java would also take "1d", "0x1p3" and "Infinity" for numbers.
            if (!((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E')) {
                return Double.NaN;
            }
        }
        try {
            double number = Double.parseDouble(cell);
            return Float.isFinite((float) number) ? number : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
