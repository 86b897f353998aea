package dev.freshet.engine.cpu;

import dev.freshet.core.model.ModelSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * One thread's buffers for scoring. They fit every version of the same shape and hold nothing of it, so a thread that has
 * scored with ten thousand versions keeps what it kept after the first.
 */
final class Scratch {
    /** Examples scored at once: their activations stay in the cache, and scratch stays small for a batch of any size. */
    static final int SLICE = 64;

    /** Shapes for which a thread has buffers: those of a model, its canary, and what is changing just now. */
    private static final int SHAPES = 4;

    private static final ThreadLocal<Deque<Scratch>> OF_THREAD = ThreadLocal.withInitial(ArrayDeque::new);

    private final Kernels kernels;
    private ModelSpec spec;
    /** What each layer is given, from the first hidden layer to the output. */
    final List<Inputs> inputs;
    /** One a layer: {@link DenseLayer#partialSums}. */
    final List<List<float[]>> partialSums;
    /** {@code [SLICE][padded outputs]} of each layer. */
    final float[][] outputs;

    final Probabilities probabilities;

    private Scratch(ModelSpec spec, Kernels kernels, List<DenseLayer> layers) {
        this.spec = spec;
        this.kernels = kernels;
        this.inputs = layers.stream().map(DenseLayer::inputs).toList();
        this.partialSums =
                layers.stream().map(layer -> layer.partialSums(SLICE)).toList();
        this.outputs = new float[layers.size()][];
        for (int layer = 0; layer < layers.size(); layer++) {
            outputs[layer] = new float[SLICE * layers.get(layer).panels().paddedOutputs()];
        }
        this.probabilities = new Probabilities(
                spec, kernels, layers.get(layers.size() - 1).panels().paddedOutputs());
        probabilities.reserve(SLICE);
    }

    /** The calling thread's, for a version of this spec; allocates nothing where the thread has had one of its shape lately. */
    static Scratch ofThisThread(ModelSpec spec, Kernels kernels, List<DenseLayer> layers) {
        Deque<Scratch> kept = OF_THREAD.get();
        Scratch newest = kept.peekFirst();
        if (newest != null && newest.fits(spec, kernels)) {
            return newest;
        }
        Scratch found = null;
        for (Scratch one : kept) {
            if (one.fits(spec, kernels)) {
                found = one;
            }
        }
        if (found == null) {
            found = new Scratch(spec, kernels, layers);
        }
        kept.remove(found);
        kept.addFirst(found);
        if (kept.size() > SHAPES) {
            kept.removeLast();
        }
        return found;
    }

    private boolean fits(ModelSpec other, Kernels otherKernels) {
        boolean fits = kernels == otherKernels && spec.equals(other);
        if (fits) {
            // Next time they are the same object, and nothing is compared.
            spec = other;
        }
        return fits;
    }
}
