package dev.freshet.core.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The trained tensors of one network, in the order of {@link ModelSpec#parameterShapes}. Immutable. */
public final class Weights {
    private final List<NamedTensor> tensors;

    public Weights(List<NamedTensor> tensors) {
        this.tensors = List.copyOf(tensors);
    }

    public List<NamedTensor> tensors() {
        return tensors;
    }

    /**
     * Puts tensors into the spec's order.
     *
     * @throws IllegalArgumentException if a tensor is missing, has another shape, is not in the spec, or holds a value
     *     that is not finite
     */
    public Weights fitTo(ModelSpec spec) {
        Map<String, NamedTensor> byName = new LinkedHashMap<>();
        tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
        Map<String, List<Integer>> expected = spec.parameterShapes();
        if (!byName.keySet().equals(expected.keySet())) {
            throw new IllegalArgumentException(
                    "tensors " + byName.keySet() + " where " + spec.summary() + " has " + expected.keySet());
        }
        List<NamedTensor> ordered = expected.keySet().stream().map(byName::get).toList();
        for (NamedTensor tensor : ordered) {
            if (!tensor.shape().equals(expected.get(tensor.name()))) {
                throw new IllegalArgumentException(tensor.name() + " has shape " + tensor.shape() + " where "
                        + spec.summary() + " has " + expected.get(tensor.name()));
            }
            for (float value : tensor.values()) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException(tensor.name() + " holds " + value);
                }
            }
        }
        return new Weights(ordered);
    }
}
