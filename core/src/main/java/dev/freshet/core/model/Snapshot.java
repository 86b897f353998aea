package dev.freshet.core.model;

/**
 * Immutable weights with the version and the offsets they cover: one value, whole or not at all.
 *
 * @param weights in the order of the manifest's spec
 */
public record Snapshot(Manifest manifest, Weights weights) {
    public long version() {
        return manifest.version();
    }

    public ModelSpec spec() {
        return manifest.spec();
    }
}
