package dev.freshet.launcher;

import dev.freshet.core.registry.Catalog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Which version of a model a command is about.
 *
 * @param number from 1; null for the newest that is whole
 */
record VersionChoice(@Nullable Long number) {
    private static final String LATEST = "latest";

    /** Reads it from the command line. */
    static final class Converter implements ITypeConverter<VersionChoice> {
        @Override
        public VersionChoice convert(String text) {
            if (text.equals(LATEST)) {
                return new VersionChoice(null);
            }
            if (text.matches("[1-9][0-9]{0,17}")) {
                return new VersionChoice(Long.valueOf(text));
            }
            throw new TypeConversionException("must be a number from 1 on, or " + LATEST + ", was '" + text + "'");
        }
    }

    /**
     * Its number.
     *
     * @throws IllegalArgumentException if the newest is meant and none is whole
     */
    long of(Catalog catalog) {
        if (number != null) {
            return number;
        }
        if (catalog.whole().isEmpty()) {
            throw new IllegalArgumentException("no whole version has been published");
        }
        return catalog.whole().last();
    }

    boolean isLatest() {
        return number == null;
    }

    boolean isOf(long version) {
        return number != null && number == version;
    }
}
