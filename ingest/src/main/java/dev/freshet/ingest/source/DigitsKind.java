package dev.freshet.ingest.source;

import dev.freshet.ingest.digits.DigitDrawing;
import java.nio.file.Path;

/** Digits drawn without end; the seed says which. */
final class DigitsKind implements SourceKind {
    private static final long DEFAULT_SEED = 1;

    @Override
    public String name() {
        return "digits";
    }

    @Override
    public String form() {
        return "digits or digits:SEED (digits drawn without end, SEED a whole number from 0)";
    }

    @Override
    public boolean accepts(String argument) {
        // 18 digits fit a long whatever they are.
        return argument.isEmpty() || argument.matches("[0-9]{1,18}");
    }

    @Override
    public boolean isHeldBy(Path path) {
        return false;
    }

    @Override
    public ImageSource open(String argument, Split split) {
        long seed = argument.isEmpty() ? DEFAULT_SEED : Long.parseLong(argument);
        // The complement is negative, so no test seed is anybody's training seed.
        return new DigitSource(DigitDrawing.create(), split == Split.TRAIN ? seed : ~seed);
    }
}
