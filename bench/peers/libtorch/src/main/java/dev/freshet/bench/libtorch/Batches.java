package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A workload's images as tensors, cut into batches once and for all; begins again behind the last. */
final class Batches {
    private final List<Tensor> features = new ArrayList<>();
    private final List<Tensor> labels = new ArrayList<>();
    private int current = -1;

    Batches(Workload workload, int batch) {
        int inputs = workload.inputs();
        for (int first = 0; first + batch <= workload.images(); first += batch) {
            features.add(Tensor.create(
                    Arrays.copyOfRange(workload.features(), first * inputs, (first + batch) * inputs), batch, inputs));
            labels.add(Tensor.create(
                    Arrays.stream(workload.labels(), first, first + batch)
                            .asLongStream()
                            .toArray(),
                    batch));
        }
    }

    /** Begins with the first. */
    void rewind() {
        current = -1;
    }

    void next() {
        current = (current + 1) % features.size();
    }

    int count() {
        return features.size();
    }

    /** Which of them is current. */
    int index() {
        return current;
    }

    /** {@code [batch][inputs]}. */
    Tensor features() {
        return features.get(current);
    }

    /** {@code [batch]} class indices. */
    Tensor labels() {
        return labels.get(current);
    }

    Tensor labels(int index) {
        return labels.get(index);
    }

    int size() {
        return Math.toIntExact(features.get(0).size(0));
    }
}
