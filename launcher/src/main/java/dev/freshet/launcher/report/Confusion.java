package dev.freshet.launcher.report;

import java.util.List;

/** How often each class was answered for each class. Immutable once made. */
final class Confusion {
    private final int classes;
    private final long[] counts;
    private final long[] totals;

    private Confusion(int classes, long[] counts, long[] totals) {
        this.classes = classes;
        this.counts = counts;
        this.totals = totals;
    }

    static Confusion of(int classes, List<Answer> answers) {
        long[] counts = new long[classes * classes];
        long[] totals = new long[classes];
        for (Answer answer : answers) {
            counts[answer.truth() * classes + answer.predicted()]++;
            totals[answer.truth()]++;
        }
        return new Confusion(classes, counts, totals);
    }

    int classes() {
        return classes;
    }

    long count(int truth, int predicted) {
        return counts[truth * classes + predicted];
    }

    /** Test examples of a class. */
    long total(int truth) {
        return totals[truth];
    }

    /** Of the examples of a class, the part that was given an answer; 0 if there are none. */
    double share(int truth, int predicted) {
        long total = total(truth);
        return total == 0 ? 0 : (double) count(truth, predicted) / total;
    }

    Accuracy ofClass(int truth, String name) {
        return new Accuracy("of " + name, count(truth, truth), total(truth));
    }

    Accuracy overall() {
        long correct = 0;
        long total = 0;
        for (int truth = 0; truth < classes; truth++) {
            correct += count(truth, truth);
            total += total(truth);
        }
        return new Accuracy("(overall)", correct, total);
    }

    /** @param subject what it is the accuracy of, such as {@code of 7} */
    record Accuracy(String subject, long correct, long total) {
        /** Whole percent, cut off. */
        int percent() {
            return total == 0 ? 0 : (int) (100.0 * correct / total);
        }

        String line() {
            String figures = total == 0 ? "N/A (no test examples)" : percent() + "% (" + correct + "/" + total + ")";
            return "Test accuracy " + subject + ": " + figures;
        }
    }
}
