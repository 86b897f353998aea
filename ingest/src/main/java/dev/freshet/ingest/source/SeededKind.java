package dev.freshet.ingest.source;

import java.nio.file.Path;

/**
 * A source that is made up, not read: a seed says which of them.
 *
 * @param name of the kind
 * @param meaning for people: what is made
 */
record SeededKind(String name, String meaning, Maker maker) implements SourceKind {
    private static final long DEFAULT_SEED = 1;

    /** Makes one split of the source with this seed. */
    interface Maker {
        ImageSource make(long seed, Split split);
    }

    @Override
    public String form() {
        return name + " or " + name + ":SEED (" + meaning + ", SEED a whole number from 0)";
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
        return maker.make(argument.isEmpty() ? DEFAULT_SEED : Long.parseLong(argument), split);
    }
}
