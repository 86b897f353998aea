package dev.freshet.bench;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Seconds on the command line, such as {@code 0.5}. */
final class SecondsConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        try {
            return Duration.ofMillis(Math.round(1_000 * Double.parseDouble(text)));
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a number of seconds, such as 0.5");
        }
    }
}
