package dev.freshet.bench.drift;

import java.util.List;
import java.util.function.LongToDoubleFunction;

/**
 * A stream whose errors become more.
 *
 * @param before examples before they do
 * @param rateBefore error rate of each of these, numbered from 0
 * @param rateAfter error rate of each that follows, numbered from 0
 */
record Scenario(String name, long before, LongToDoubleFunction rateBefore, LongToDoubleFunction rateAfter) {
    /** Those that are measured. */
    static final List<Scenario> ALL = List.of(
            abrupt(0.05, 0.3),
            abrupt(0.02, 0.1),
            abrupt(0.1, 0.2),
            abrupt(0.1, 0.15),
            new Scenario("0.05 to 0.3 in 5000", 10_000, i -> 0.05, i -> 0.05 + 0.25 * Math.min(1, i / 5_000.0)),
            // Errors of a network that learns, and an abrupt drift when it has.
            new Scenario("0.9 to 0.1, then 0.5", 20_000, i -> 0.1 + 0.8 * Math.exp(-i / 2_000.0), i -> 0.5));

    private static Scenario abrupt(double rateBefore, double rateAfter) {
        return new Scenario(rateBefore + " to " + rateAfter, 10_000, i -> rateBefore, i -> rateAfter);
    }
}
