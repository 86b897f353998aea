package dev.freshet.core.data;

import dev.freshet.core.model.InputSpec;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Turns bytes into features many at a time, where the JVM has the Vector API. A division is a multiplication by the inverse
 * and one correction (Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor", 1990), which
 * is exact for nearly all divisors, but not for all: who uses it has tried all bytes. Immutable.
 */
final class VectorScale {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    private static final float LARGEST = 255;

    private final VectorSpecies<Byte> bytes = VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));
    private final boolean normalises;
    private final float[] means;
    private final float[] deviations;

    VectorScale(InputSpec input) {
        int channels = input.channels();
        this.normalises = !input.mean().isEmpty() || !input.std().isEmpty();
        this.means = new float[channels];
        this.deviations = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            means[channel] =
                    input.mean().isEmpty() ? 0 : input.mean().get(channel).floatValue();
            deviations[channel] =
                    input.std().isEmpty() ? 1 : input.std().get(channel).floatValue();
        }
    }

    /** Whether there are vectors of as many bytes as of floats: none are shorter than 64 bits. */
    static boolean isSupported() {
        return LANES * Byte.SIZE >= VectorShape.S_64_BIT.vectorBitSize();
    }

    /**
     * Turns as many bytes of one channel into features as fill whole vectors.
     *
     * @param values from {@code from} on; only read
     * @param row written to, from {@code to} on
     * @param size bytes there are
     * @return how many it has done, at most {@code size}
     */
    int apply(int channel, byte[] values, int from, float[] row, int to, int size) {
        float mean = means[channel];
        float deviation = deviations[channel];
        int whole = FLOATS.loopBound(size);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector features = quotient(floats(ByteVector.fromArray(bytes, values, from + i)), LARGEST);
            if (normalises) {
                features = quotient(features.sub(mean), deviation);
            }
            features.intoArray(row, to + i);
        }
        return whole;
    }

    private static FloatVector floats(ByteVector bytes) {
        // The conversion that extends by zeros fails in the incubator of JDK 17.
        Vector<Integer> signed = bytes.convertShape(VectorOperators.B2I, INTS, 0);
        Vector<Integer> unsigned = signed.lanewise(VectorOperators.AND, INTS.broadcast(0xff));
        return (FloatVector) unsigned.convertShape(VectorOperators.I2F, FLOATS, 0);
    }

    private static FloatVector quotient(FloatVector dividend, float divisor) {
        FloatVector inverse = FloatVector.broadcast(FLOATS, 1 / divisor);
        FloatVector near = dividend.mul(inverse);
        FloatVector rest = near.fma(FloatVector.broadcast(FLOATS, -divisor), dividend);
        return rest.fma(inverse, near);
    }
}
