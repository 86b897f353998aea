package dev.freshet.server.grpc;

import dev.freshet.core.evaluation.Scoring;
import dev.freshet.core.model.Manifest;

/** What one version says of the examples of one request. Belongs to the request's thread. */
final class ScoredBatch {
    private final Manifest manifest;
    private final int size;
    private final float[] probabilities;
    private final long scoredMicros;

    ScoredBatch(Manifest manifest, int size, float[] probabilities, long scoredMicros) {
        this.manifest = manifest;
        this.size = size;
        this.probabilities = probabilities;
        this.scoredMicros = scoredMicros;
    }

    /** Of the version that scored all of them. */
    Manifest manifest() {
        return manifest;
    }

    int size() {
        return size;
    }

    int classes() {
        return manifest.spec().classes().size();
    }

    /** {@code [size][classes]}, row-major. */
    float[] probabilities() {
        return probabilities;
    }

    long scoredMicros() {
        return scoredMicros;
    }

    int classOf(int example) {
        return Scoring.predictedClass(probabilities, example, classes());
    }
}
