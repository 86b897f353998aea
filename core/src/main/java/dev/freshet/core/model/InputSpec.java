package dev.freshet.core.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the network takes, and how raw values become features: bytes are divided by 255, floats are taken as they
 * are (as torchvision's {@code ToTensor} does), then both are normalised by channel where mean and deviation are given.
 *
 * @param shape {@code [channels, height, width]} of an image with 1 or 3 channels, or {@code [features]} of a point
 * @param mean subtracted, one value a channel (a point has one channel); empty for 0
 * @param std divided by, one positive value a channel; empty for 1
 * @param resize what becomes of pictures of another size; refused where nobody says
 */
public record InputSpec(
        List<Integer> shape,
        List<Double> mean,
        List<Double> std,
        @Nullable Resize resize) {
    private static final long LARGEST = 1 << 20;

    /** What each byte becomes before it is normalised. */
    private static final float[] SCALED = new float[256];

    static {
        for (int i = 0; i < SCALED.length; i++) {
            SCALED[i] = i / 255f;
        }
    }

    @JsonCreator
    public InputSpec {
        shape = List.copyOf(shape);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        // Manifests from before there was a choice do not say.
        resize = resize == null ? Resize.REFUSE : resize;
        require(
                shape.size() == 1 || shape.size() == 3,
                "input.shape must be [channels, height, width] or [features], was " + shape);
        require(
                shape.stream().allMatch(size -> size >= 1)
                        && shape.stream()
                                        .mapToLong(Integer::longValue)
                                        .reduce(1, (a, b) -> Math.min(a * b, LARGEST + 1))
                                <= LARGEST,
                "input.shape must hold 1 to " + LARGEST + " positive values, was " + shape);
        require(
                shape.size() == 1 || shape.get(0) == 1 || shape.get(0) == 3,
                "input.shape must have 1 or 3 channels, was " + shape);
        int channels = shape.size() == 3 ? shape.get(0) : 1;
        require(mean.isEmpty() || mean.size() == channels, "input.mean must have " + channels + " values, was " + mean);
        require(std.isEmpty() || std.size() == channels, "input.std must have " + channels + " values, was " + std);
        require(mean.stream().allMatch(Double::isFinite), "input.mean must be finite, was " + mean);
        require(
                std.stream().allMatch(value -> value > 0 && Double.isFinite(value)),
                "input.std must be greater than 0, was " + std);
        require(
                resize == Resize.REFUSE || shape.size() == 3,
                "input.resize takes images, input.shape was that of a point: " + shape);
    }

    /** Of one size: pictures of another one are refused. */
    public InputSpec(List<Integer> shape, List<Double> mean, List<Double> std) {
        this(shape, mean, std, Resize.REFUSE);
    }

    /** An image of one size without normalisation. */
    public static InputSpec image(int channels, int height, int width) {
        return new InputSpec(List.of(channels, height, width), List.of(), List.of());
    }

    /** A point without normalisation. */
    public static InputSpec point(int features) {
        return new InputSpec(List.of(features), List.of(), List.of());
    }

    @Override
    public Resize resize() {
        return requireNonNull(resize);
    }

    /** The same with another rule for pictures of another size. */
    public InputSpec withResize(Resize other) {
        return new InputSpec(shape, mean, std, other);
    }

    /** Features per example. */
    public int size() {
        int size = 1;
        // By index, since scorers ask for every batch: an iterator is garbage unless the JIT can prove that it is not.
        for (int i = 0; i < shape.size(); i++) {
            size *= shape.get(i);
        }
        return size;
    }

    @JsonIgnore
    public boolean isImage() {
        return shape.size() == 3;
    }

    /** 1 for grey images and for points. */
    public int channels() {
        return isImage() ? shape.get(0) : 1;
    }

    public int height() {
        return isImage() ? shape.get(1) : 1;
    }

    public int width() {
        return isImage() ? shape.get(2) : shape.get(0);
    }

    /**
     * Scales bytes into features, normalised.
     *
     * @param bytes {@code [size]}, 0 to 255
     * @param features {@code [size]}, written to
     */
    public void scaleBytes(byte[] bytes, float[] features) {
        for (int i = 0; i < features.length; i++) {
            features[i] = SCALED[bytes[i] & 0xff];
        }
        normalise(features);
    }

    /**
     * Normalises features in place.
     *
     * @param features {@code [size]}, channel-major
     */
    public void normalise(float[] features) {
        normalise(features, 0, features.length);
    }

    /**
     * Normalises one row of several in place.
     *
     * @param features {@code [size]} from {@code begin} on, channel-major
     */
    public void normalise(float[] features, int begin) {
        normalise(features, begin, size());
    }

    private void normalise(float[] features, int begin, int size) {
        if (mean.isEmpty() && std.isEmpty()) {
            return;
        }
        int plane = size / channels();
        for (int channel = 0; channel < channels(); channel++) {
            float shift = mean.isEmpty() ? 0 : mean.get(channel).floatValue();
            float scale = std.isEmpty() ? 1 : std.get(channel).floatValue();
            int first = begin + channel * plane;
            for (int i = first; i < first + plane; i++) {
                features[i] = (features[i] - shift) / scale;
            }
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
