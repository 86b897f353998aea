package dev.freshet.core.training;

import static java.util.Objects.requireNonNull;

import dev.freshet.core.config.Config;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of training, in optimizer steps or in epochs.
 *
 * @param length at least 0
 * @param unit of the length; epochs only where training has them
 */
public record Span(double length, Unit unit) {
    private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(steps?|epochs?)?");

    /** What a span is measured in. */
    public enum Unit {
        STEPS,
        EPOCHS
    }

    public Span {
        requireNonNull(unit, "unit");
        if (!(length >= 0 && length <= 1e15)) {
            throw new IllegalArgumentException("a span must be in [0, 1e15], was " + length);
        }
    }

    static Span steps(double length) {
        return new Span(length, Unit.STEPS);
    }

    static Span epochs(double length) {
        return new Span(length, Unit.EPOCHS);
    }

    /** Reads {@code 500}, {@code 500 steps} or {@code 10 epochs}. */
    static Span from(Config section, String key, Span otherwise) {
        if (!section.has(key)) {
            section.ignore(key);
            return otherwise;
        }
        String text = section.text(key, "");
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches() || parts.group(1).length() > 15) {
            section.problem(key, "\"" + text + "\"", "must be a length such as \"500 steps\" or \"10 epochs\"");
            return otherwise;
        }
        String unit = parts.group(2);
        return new Span(
                Double.parseDouble(parts.group(1)),
                unit != null && unit.startsWith("epoch") ? Unit.EPOCHS : Unit.STEPS);
    }

    /** @param stepsPerEpoch at least 1 where this is in epochs */
    double inSteps(long stepsPerEpoch) {
        return unit == Unit.STEPS ? length : length * stepsPerEpoch;
    }

    @Override
    public String toString() {
        String number = length == Math.rint(length) ? Long.toString((long) length) : Double.toString(length);
        return number + " " + unit.name().toLowerCase(Locale.ROOT);
    }
}
