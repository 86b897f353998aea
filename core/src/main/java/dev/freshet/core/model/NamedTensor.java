package dev.freshet.core.model;

import java.util.List;

/**
 * One trained tensor under its PyTorch name.
 *
 * <p>The values are handed over, not copied: whoever made them must not write to them again. Safe to share.
 */
public final class NamedTensor {
    private final String name;
    private final List<Integer> shape;
    private final float[] values;

    /**
     * @param shape such as {@code [out, in]}
     * @param values row-major, as many as the shape asks for
     * @throws IllegalArgumentException if there are more or fewer values
     */
    public NamedTensor(String name, List<Integer> shape, float[] values) {
        this.name = name;
        this.shape = List.copyOf(shape);
        this.values = values;
        long size = 1;
        for (int length : shape) {
            size *= length;
        }
        if (size != values.length) {
            throw new IllegalArgumentException(
                    name + " of shape " + shape + " needs " + size + " values, was given " + values.length);
        }
    }

    public String name() {
        return name;
    }

    public List<Integer> shape() {
        return shape;
    }

    /** Row-major; shared, never to be written to. */
    public float[] values() {
        return values;
    }
}
