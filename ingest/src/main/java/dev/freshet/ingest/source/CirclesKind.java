package dev.freshet.ingest.source;

import java.nio.file.Path;

/** A thousand points in and around a circle; the seed says which. */
final class CirclesKind implements SourceKind {
    private static final long DEFAULT_SEED = 1;

    @Override
    public String name() {
        return "circles";
    }

    @Override
    public String form() {
        return "circles or circles:SEED (1000 points inside and outside a circle, SEED a whole number from 0)";
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
        return CirclesSource.draw(argument.isEmpty() ? DEFAULT_SEED : Long.parseLong(argument), split);
    }
}
