package dev.freshet.engine.dl4j;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.engine.Scorer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One version, once for every processor: a DL4J network serves one thread at a time, and more threads than processors
 * would only wait for each other in another place.
 */
final class Dl4jScorer implements Scorer {
    private final int inputs;
    private final List<MultiLayerNetwork> networks;
    private final BlockingQueue<MultiLayerNetwork> idle;

    Dl4jScorer(ModelSpec spec, List<MultiLayerNetwork> networks) {
        this.inputs = spec.input().size();
        this.networks = List.copyOf(networks);
        this.idle = new LinkedBlockingQueue<>(networks);
    }

    @Override
    public void score(float[] features, int size, float[] probabilities, float @Nullable [] logits) {
        MultiLayerNetwork network = takeIdle();
        try {
            score(network, features, size, inputs, probabilities);
            if (logits != null) {
                logits(network, features, size, inputs, logits);
            }
        } finally {
            idle.add(network);
        }
    }

    private MultiLayerNetwork takeIdle() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return idle.take();
                } catch (InterruptedException e) {
                    // Another thread is scoring for a few milliseconds at most; who interrupted finds out afterwards.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static void score(MultiLayerNetwork network, float[] features, int size, int inputs, float[] probabilities) {
        try (INDArray matrix = matrix(features, size, inputs);
                INDArray output = network.output(matrix, false)) {
            float[] rows = output.data().asFloat();
            System.arraycopy(rows, 0, probabilities, 0, Math.toIntExact(output.length()));
        }
    }

    /** In a pass of its own: DL4J keeps no weighted sums of one that gives probabilities. */
    private static void logits(MultiLayerNetwork network, float[] features, int size, int inputs, float[] logits) {
        int last = network.getnLayers() - 1;
        Layer output = network.getLayer(last);
        try (INDArray matrix = matrix(features, size, inputs)) {
            List<INDArray> below =
                    last == 0 ? List.of(matrix) : network.feedForwardToLayer(last - 1, matrix, /* train= */ false);
            try (INDArray sums = below.get(below.size() - 1).mmul(output.getParam("W"));
                    INDArray rows = sums.addiRowVector(output.getParam("b")).dup('c')) {
                System.arraycopy(rows.data().asFloat(), 0, logits, 0, Math.toIntExact(rows.length()));
            } finally {
                below.stream()
                        .filter(array -> array != matrix && array.closeable())
                        .forEach(INDArray::close);
            }
        }
    }

    /** The first rows of a row-major array, copied off the heap. */
    static INDArray matrix(float[] rows, int size, int columns) {
        float[] used = rows.length == size * columns ? rows : Arrays.copyOf(rows, size * columns);
        return Nd4j.create(used, new long[] {size, columns});
    }

    @Override
    public void close() {
        networks.forEach(MultiLayerNetwork::close);
    }
}
