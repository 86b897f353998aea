package dev.freshet.ingest.source;

import dev.freshet.core.model.InputSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;

/** The lines of one split, as square grey images or as points, in memory. */
final class CsvSource implements ImageSource {
    /** Higher labels are taken for names, lest a single one makes a giant model. */
    private static final int HIGHEST_INDEX = 999;

    private final InputSpec input;
    private final List<String> classes;
    private final Map<String, Integer> labels;
    private final List<Row> rows;

    private CsvSource(InputSpec input, List<String> classes, Map<String, Integer> labels, List<Row> rows) {
        this.input = input;
        this.classes = classes;
        this.labels = labels;
        this.rows = rows;
    }

    /** One line, its label as it is written there. */
    private record Row(String id, Values values, String label) {}

    static CsvSource read(Path file, CsvLayout layout, Split split) throws IOException {
        InputSpec input = inputOf(file, layout);
        List<Row> rows = new ArrayList<>();
        Map<String, String> texts = new HashMap<>();
        CsvFile.read(file, (number, line, cells) -> {
            if (number == layout.headerLine()) {
                return;
            }
            String text = cells.get(layout.labelColumn());
            if (text.isEmpty()) {
                throw new IOException(file + " has no label in line " + number);
            }
            // Over both splits, so that they have the same classes; one object for all lines of a class.
            String label = texts.computeIfAbsent(text, same -> same);
            Values values = values(file, layout, number, cells);
            if (StableSplit.of(line) == split) {
                rows.add(new Row(file.getFileName() + "/" + number, values, label));
            }
        });
        List<String> classes = classes(file, texts.keySet());
        Map<String, Integer> labels = new HashMap<>();
        texts.keySet().forEach(text -> labels.put(text, classes.indexOf(nameOf(text, classes))));
        return new CsvSource(input, classes, labels, rows);
    }

    private static InputSpec inputOf(Path file, CsvLayout layout) throws IOException {
        try {
            return layout.side() > 0
                    ? InputSpec.image(1, layout.side(), layout.side())
                    : InputSpec.point(layout.columns() - 1);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " has too many columns: " + e.getMessage(), e);
        }
    }

    private static Values values(Path file, CsvLayout layout, int line, List<String> cells) throws IOException {
        float[] numbers = new float[cells.size() - 1];
        for (int column = 0, to = 0; column < cells.size(); column++) {
            if (column == layout.labelColumn()) {
                continue;
            }
            double number = CsvFile.number(cells.get(column));
            if (Double.isNaN(number)) {
                throw new IOException(file + " has \"" + cells.get(column) + "\" in line " + line + ", column "
                        + (column + 1) + ", where a finite number must be");
            }
            numbers[to++] = (float) number;
        }
        if (layout.side() == 0) {
            return new Values.Point(numbers);
        }
        byte[] pixels = new byte[numbers.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (int) numbers[i];
        }
        return new Values.Pixels(pixels);
    }

    /**
     * Labels that are whole numbers from 0 or 1 are indices, as with MNIST; others are names, sorted: as numbers if all are.
     */
    private static List<String> classes(Path file, Collection<String> texts) throws IOException {
        List<String> classes;
        double[] numbers = texts.stream().mapToDouble(CsvFile::number).toArray();
        if (DoubleStream.of(numbers).anyMatch(Double::isNaN)) {
            classes = texts.stream().sorted().toList();
        } else {
            for (double number : numbers) {
                if (number != Math.rint(number)) {
                    throw new IOException(
                            file + " has the label " + number + "; labels must be whole numbers or names");
                }
            }
            double highest = DoubleStream.of(numbers).max().orElse(0);
            double lowest = DoubleStream.of(numbers).min().orElse(0);
            boolean indices = lowest >= 0 && highest <= HIGHEST_INDEX;
            classes = indices
                    ? Numbering.of((int) lowest, (int) highest).classes()
                    : DoubleStream.of(numbers)
                            .sorted()
                            .distinct()
                            .mapToObj(CsvSource::nameOf)
                            .toList();
        }
        if (classes.size() < 2) {
            throw new IOException(file + " has one class only, " + classes.get(0) + "; at least 2 must be there");
        }
        return classes;
    }

    private static String nameOf(double number) {
        return Long.toString((long) number);
    }

    /** As it is written, or as the number that it is: 1.0 is 1. */
    private static String nameOf(String text, List<String> classes) {
        return classes.contains(text) ? text : nameOf(CsvFile.number(text));
    }

    @Override
    public InputSpec input() {
        return input;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.of(rows.size());
    }

    @Override
    public LabelledImage get(long index) {
        Row row = rows.get((int) Objects.checkIndex(index, rows.size()));
        return new LabelledImage(row.id(), row.values(), label(index));
    }

    @Override
    public int label(long index) {
        return labels.getOrDefault(
                rows.get((int) Objects.checkIndex(index, rows.size())).label(), 0);
    }
}
