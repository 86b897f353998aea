package dev.freshet.engine.cpu;

import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Mini-batches for tests, the same in every run. */
public final class MiniBatches {
    private MiniBatches() {}

    /** @param zeros share of the features that are 0 */
    public static List<MiniBatch> random(ModelSpec spec, int count, int size, double zeros) {
        Random random = new Random(count + size);
        List<MiniBatch> miniBatches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MiniBatch miniBatch = new MiniBatch(size, spec.input().size());
            for (int row = 0; row < size; row++) {
                miniBatch.add(example(spec, zeros, random));
            }
            miniBatches.add(miniBatch);
        }
        return miniBatches;
    }

    private static Example example(ModelSpec spec, double zeros, Random random) {
        float[] features = new float[spec.input().size()];
        for (int k = 0; k < features.length; k++) {
            features[k] = random.nextDouble() < zeros ? 0 : (float) random.nextGaussian() / 4;
        }
        return new Example("e", features, random.nextInt(spec.classes().size()), 0);
    }

    /** Examples of several mini-batches in one. */
    static MiniBatch joined(List<MiniBatch> miniBatches) {
        int size = miniBatches.stream().mapToInt(MiniBatch::size).sum();
        int inputs = miniBatches.get(0).inputs();
        MiniBatch joined = new MiniBatch(size, inputs);
        for (MiniBatch miniBatch : miniBatches) {
            for (int row = 0; row < miniBatch.size(); row++) {
                float[] features = new float[inputs];
                System.arraycopy(miniBatch.features(), row * inputs, features, 0, inputs);
                joined.add(new Example("e", features, miniBatch.labels()[row], 0));
            }
        }
        return joined;
    }

    /** Two examples that give no finite loss. */
    static MiniBatch poisonous(ModelSpec spec) {
        MiniBatch poisonous = random(spec, 1, 2, 0).get(0);
        poisonous.features()[3] = Float.NaN;
        return poisonous;
    }
}
