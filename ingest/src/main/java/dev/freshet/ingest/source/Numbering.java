package dev.freshet.ingest.source;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Classes that files know by numbers: counted from 0, or from 1 where the lowest label that there is is 1, as in EMNIST's
 * letters. A class is called by the number that its files give it; its index is always counted from 0.
 *
 * @param first the label of the class with index 0
 * @param last the label of the last class
 */
record Numbering(int first, int last) {
    /** At least 2 classes. */
    static Numbering of(int lowest, int highest) {
        int first = lowest == 1 ? 1 : 0;
        return new Numbering(first, Math.max(highest, first + 1));
    }

    List<String> classes() {
        return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
    }
}
