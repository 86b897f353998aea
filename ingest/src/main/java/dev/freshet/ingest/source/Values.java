package dev.freshet.ingest.source;

import com.google.protobuf.UnsafeByteOperations;
import dev.freshet.core.model.InputSpec;
import dev.freshet.protocol.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an image or a point consists of, in the type in which its source has it.
 *
 * <p>The arrays are handed over and shared, not copied: nobody writes to them. Safe to share.
 */
public sealed interface Values {
    /**
     * As records carry it. A tensor of bytes shares them instead of copying, so it is to be serialised, not kept.
     *
     * @param input of the source that the values come from
     */
    Tensor tensor(InputSpec input);

    /** Bytes 0 to 255: an image. */
    final class Pixels implements Values {
        private final byte[] values;

        /** @param values {@code [channels][height][width]}, one byte a value */
        public Pixels(byte[] values) {
            this.values = values;
        }

        /** {@code [channels][height][width]}; shared, never to be written to. */
        public byte[] values() {
            return values;
        }

        @Override
        public Tensor tensor(InputSpec input) {
            return Tensor.newBuilder()
                    .setDtype(Tensor.DType.UINT8)
                    .addAllShape(input.shape())
                    // Nobody writes to the pixels, so they need no copy before the one that serialising makes.
                    .setData(UnsafeByteOperations.unsafeWrap(values))
                    .build();
        }
    }

    /** Finite numbers: a point. */
    final class Point implements Values {
        private final float[] values;

        /** @param values {@code [features]} */
        public Point(float[] values) {
            this.values = values;
        }

        /** {@code [features]}; shared, never to be written to. */
        public float[] values() {
            return values;
        }

        @Override
        public Tensor tensor(InputSpec input) {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return Tensor.newBuilder()
                    .setDtype(Tensor.DType.FLOAT32)
                    .addAllShape(input.shape())
                    .setData(UnsafeByteOperations.unsafeWrap(bytes))
                    .build();
        }
    }
}
