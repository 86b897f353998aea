package dev.freshet.ingest.source;

import dev.freshet.core.model.InputSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/** Points that somebody has at hand, all of class 0: to be asked about, not to be learned. Immutable. */
public final class PointSource implements ImageSource {
    private final String idPrefix;
    private final float[] features;
    private final int inputs;
    private final List<String> classes;

    private PointSource(String idPrefix, float[] features, int inputs, List<String> classes) {
        this.idPrefix = idPrefix;
        this.features = features;
        this.inputs = inputs;
        this.classes = List.copyOf(classes);
    }

    /**
     * Points side by side.
     *
     * @param idPrefix of ids such as {@code grid/17}
     * @param features {@code [points][inputs]}, row-major, handed over
     * @param inputs features per point, at least 1
     */
    public static PointSource of(String idPrefix, float[] features, int inputs, List<String> classes) {
        if (inputs < 1 || features.length % inputs != 0) {
            throw new IllegalArgumentException(features.length + " features are no points of " + inputs);
        }
        return new PointSource(idPrefix, features, inputs, classes);
    }

    @Override
    public InputSpec input() {
        return InputSpec.point(inputs);
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.of(features.length / inputs);
    }

    @Override
    public LabelledImage get(long index) {
        int begin = (int) Objects.checkIndex(index, features.length / inputs) * inputs;
        return new LabelledImage(
                idPrefix + "/" + index, new Values.Point(Arrays.copyOfRange(features, begin, begin + inputs)), 0);
    }
}
