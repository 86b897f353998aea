package dev.freshet.bench.report;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * One figure of ours beside a baseline's.
 *
 * @param name such as {@code train a}; scripts find it by this
 * @param unit of value and baseline
 * @param baseline null where there was none
 * @param baselineName what was compared with, and in which mode
 * @param ratio above 1 where Freshet is better
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Row(
        String name,
        double value,
        String unit,
        @Nullable Double baseline,
        @Nullable String baselineName,
        @Nullable Double ratio) {
    /** Without anything to compare with. */
    public static Row alone(String name, double value, String unit) {
        return new Row(name, value, unit, null, null, null);
    }

    /**
     * Beside a baseline; more is better.
     *
     * @throws IllegalArgumentException if the baseline is not positive
     */
    public static Row against(String name, double value, String unit, double baseline, String baselineName) {
        if (!(baseline > 0)) {
            throw new IllegalArgumentException(name + ": the baseline " + baselineName + " is " + baseline);
        }
        return new Row(name, value, unit, baseline, baselineName, value / baseline);
    }

    /**
     * Beside a baseline; less is better.
     *
     * @throws IllegalArgumentException if one of the two is not positive
     */
    public static Row ofTime(String name, double value, String unit, double baseline, String baselineName) {
        if (!(baseline > 0 && value > 0)) {
            throw new IllegalArgumentException(name + " is " + value + ", of " + baselineName + " " + baseline);
        }
        return new Row(name, value, unit, baseline, baselineName, baseline / value);
    }
}
