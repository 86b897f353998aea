package dev.freshet.core.data;

import dev.freshet.core.model.InputSpec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What bytes become as features: to the last bit what {@link InputSpec#scaleBytes} computes, with vectors where they come to
 * the same and looked up elsewhere. Immutable.
 */
public final class ByteScale {
    private static final int BYTES = 256;

    private final float[][] features;
    private final int plane;

    private final @Nullable VectorScale vectors;

    private ByteScale(float[][] features, int plane, @Nullable VectorScale vectors) {
        this.features = features;
        this.plane = plane;
        this.vectors = vectors;
    }

    /** Of one input; looks at each of the 256 bytes, so keep it. */
    public static ByteScale of(InputSpec input) {
        byte[] all = new byte[BYTES];
        for (int value = 0; value < BYTES; value++) {
            all[value] = (byte) value;
        }
        float[][] features = new float[input.channels()][BYTES];
        for (int channel = 0; channel < features.length; channel++) {
            InputSpec alone = new InputSpec(List.of(BYTES), only(channel, input.mean()), only(channel, input.std()));
            alone.scaleBytes(all, features[channel]);
        }
        boolean there = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        VectorScale vectors = there && VectorScale.isSupported() ? new VectorScale(input) : null;
        return new ByteScale(
                features,
                input.size() / features.length,
                vectors != null && isExact(vectors, all, features) ? vectors : null);
    }

    private static boolean isExact(VectorScale vectors, byte[] all, float[][] expected) {
        for (int channel = 0; channel < expected.length; channel++) {
            float[] found = new float[BYTES];
            vectors.apply(channel, all, 0, found, 0, BYTES);
            if (!Arrays.equals(found, expected[channel])) {
                return false;
            }
        }
        return true;
    }

    /** Whether several bytes become features at a time. */
    boolean hasVectors() {
        return vectors != null;
    }

    private static List<Double> only(int channel, List<Double> values) {
        return values.isEmpty() ? values : List.of(values.get(channel));
    }

    /** Whether every byte becomes a finite number. */
    boolean isFinite() {
        for (float[] channel : features) {
            for (float feature : channel) {
                if (!Float.isFinite(feature)) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Turns the bytes of one input into features.
     *
     * @param bytes channel-major, 0 to 255, from {@code from} on; only read
     * @param row written to, from {@code to} on
     */
    public void apply(byte[] bytes, int from, float[] row, int to) {
        for (int channel = 0; channel < features.length; channel++) {
            float[] lookup = features[channel];
            int read = from + channel * plane;
            int write = to + channel * plane;
            int done = vectors == null ? 0 : vectors.apply(channel, bytes, read, row, write, plane);
            for (int i = done; i < plane; i++) {
                row[write + i] = lookup[bytes[read + i] & 0xff];
            }
        }
    }
}
