package dev.freshet.core.data;

import dev.freshet.core.model.InputSpec;
import java.util.List;

/** What bytes become as features, looked up: to the last bit what {@link InputSpec#scaleBytes} computes. Immutable. */
final class ByteScale {
    private static final int BYTES = 256;

    private final float[][] features;
    private final int plane;

    private ByteScale(float[][] features, int plane) {
        this.features = features;
        this.plane = plane;
    }

    static ByteScale of(InputSpec input) {
        byte[] all = new byte[BYTES];
        for (int value = 0; value < BYTES; value++) {
            all[value] = (byte) value;
        }
        float[][] features = new float[input.channels()][BYTES];
        for (int channel = 0; channel < features.length; channel++) {
            InputSpec alone = new InputSpec(List.of(BYTES), only(channel, input.mean()), only(channel, input.std()));
            alone.scaleBytes(all, features[channel]);
        }
        return new ByteScale(features, input.size() / features.length);
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
     * Looks up one input.
     *
     * @param bytes channel-major, 0 to 255, from {@code from} on; only read
     * @param row written to, from {@code to} on
     */
    void apply(byte[] bytes, int from, float[] row, int to) {
        for (int channel = 0; channel < features.length; channel++) {
            float[] lookup = features[channel];
            int read = from + channel * plane;
            int write = to + channel * plane;
            for (int i = 0; i < plane; i++) {
                row[write + i] = lookup[bytes[read + i] & 0xff];
            }
        }
    }
}
