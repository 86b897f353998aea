package dev.freshet.server.model;

import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import org.jspecify.annotations.Nullable;

/**
 * The right to score with one version, whatever is swapped in meanwhile; close it soon, it keeps memory.
 *
 * <p>For one thread at a time. Closing it again does nothing.
 */
public final class Lease implements AutoCloseable {
    private final LoadedVersion loaded;
    private final @Nullable Shadow shadow;
    private boolean open = true;

    /** @param shadow what else is to score the same; null for nothing */
    Lease(LoadedVersion loaded, @Nullable Shadow shadow) {
        this.loaded = loaded;
        this.shadow = shadow;
    }

    public Manifest manifest() {
        return loaded.manifest();
    }

    public ModelSpec spec() {
        return loaded.manifest().spec();
    }

    public long version() {
        return loaded.version();
    }

    /**
     * Scores examples side by side.
     *
     * @param features {@code [size][inputs]}, row-major, scaled and normalised; only read
     * @param size examples, at least 1
     * @param probabilities {@code [size][classes]}, row-major, written to
     * @throws IllegalStateException if the lease was closed
     */
    public void score(float[] features, int size, float[] probabilities) {
        score(features, size, probabilities, null);
    }

    /**
     * The same, with logits.
     *
     * @param logits {@code [size][units]}, row-major, written to, as {@link dev.freshet.engine.Scorer} has them; null for none
     * @throws IllegalStateException if the lease was closed
     */
    public void score(float[] features, int size, float[] probabilities, float @Nullable [] logits) {
        if (!open) {
            throw new IllegalStateException("the lease of version " + version() + " was closed");
        }
        loaded.scorer().score(features, size, probabilities, logits);
    }

    /**
     * Lets the version labelled shadow score the same examples, later and elsewhere; does nothing where there is none. To be
     * called once for each batch that was answered.
     *
     * @param features that were scored; copied
     * @param size examples
     * @param probabilities what this version gave; only read
     * @param labels of the examples, or {@link dev.freshet.core.data.Example#UNLABELLED}; only read; null where no class is known
     */
    public void compare(float[] features, int size, float[] probabilities, int @Nullable [] labels) {
        if (shadow != null) {
            shadow.offer(loaded.manifest(), features, size, probabilities, labels);
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            loaded.letGo();
        }
    }
}
