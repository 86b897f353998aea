package dev.freshet.server.grpc;

/** The examples of one request, side by side as a scorer takes them. Belongs to the request's thread. */
final class InputTensor {
    private final float[] features;
    private final int size;

    InputTensor(float[] features, int size) {
        this.features = features;
        this.size = size;
    }

    /** {@code [size][inputs]}, row-major, scaled and normalised. */
    float[] features() {
        return features;
    }

    /** Examples, at least 1. */
    int size() {
        return size;
    }
}
