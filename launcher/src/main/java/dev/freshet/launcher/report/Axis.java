package dev.freshet.launcher.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A range of values with ticks at round numbers: 1, 2 or 5 times a power of ten apart.
 *
 * @param from the lower end
 * @param to the upper end, greater than {@code from}
 * @param step between ticks; each is a multiple of it
 */
record Axis(double from, double to, double step) {
    /**
     * With both ends as given.
     *
     * @param most ticks there may be, at least 2
     */
    static Axis between(double from, double to, int most) {
        double step = roundStep((to - from) / most);
        return new Axis(from, to, step);
    }

    /** With both ends at the next tick outside. */
    static Axis around(double least, double greatest, int most) {
        double step = roundStep((greatest - least) / most);
        return new Axis(Math.floor(least / step + 1e-9) * step, Math.ceil(greatest / step - 1e-9) * step, step);
    }

    /** With ticks at whole numbers only. */
    Axis whole() {
        return step >= 1 ? this : new Axis(from, to, 1);
    }

    private static double roundStep(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (int factor : new int[] {1, 2, 5}) {
            if (factor * power >= least * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        // By number, so that no error adds up.
        for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** With as many decimals as the step has. */
    String label(double tick) {
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        // Adding 0 makes -0 a 0.
        return String.format(Locale.ROOT, "%." + decimals + "f", tick + 0.0);
    }

    /** Where a value is between the ends, as a share of their distance. */
    double share(double value) {
        return (value - from) / (to - from);
    }
}
