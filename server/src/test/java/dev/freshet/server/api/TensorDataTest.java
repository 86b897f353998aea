package dev.freshet.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorDataTest {
    @Test
    void theRawFormIsLittleEndianAndRoundTrips() throws RefusedException {
        // Given
        TensorData floats = new TensorData.Floats(FloatBuffer.wrap(new float[] {1, -2.5f}));
        TensorData longs = new TensorData.Longs(LongBuffer.wrap(new long[] {-3, 1L << 40}));
        TensorData bytes = new TensorData.Bytes(ByteBuffer.wrap(new byte[] {1, (byte) 255}));
        TensorData strings = new TensorData.Strings(List.of(text("a"), text(""), text("ßc")));

        // Then
        assertThat(floats.raw().array()).containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0);
        assertThat(strings.raw().array()).containsExactly(1, 0, 0, 0, 'a', 0, 0, 0, 0, 3, 0, 0, 0, 0xc3, 0x9f, 'c');
        assertThat(TensorData.ofRaw(Datatype.FP32, floats.raw())).isEqualTo(floats);
        assertThat(TensorData.ofRaw(Datatype.INT64, longs.raw())).isEqualTo(longs);
        assertThat(TensorData.ofRaw(Datatype.UINT8, bytes.raw())).isEqualTo(bytes);
        assertThat(TensorData.ofRaw(Datatype.BYTES, strings.raw())).isEqualTo(strings);
    }

    @Test
    void readsOnlyFromPositionToLimit() throws RefusedException {
        // Given
        ByteBuffer body = ByteBuffer.wrap(new byte[] {9, 9, 1, 2, 9}, 2, 2);

        // Then
        assertThat(TensorData.ofRaw(Datatype.UINT8, body).count()).isEqualTo(2);
        assertThat(TensorData.ofRaw(Datatype.UINT8, body).raw()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    }

    @Test
    void refusesPartsOfAValue() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> TensorData.ofRaw(Datatype.FP32, ByteBuffer.allocate(47)))
                .withMessage("the input holds 47 bytes, which is no whole number of FP32 values");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, -1, 3})
    void refusesStringsThatEndTooEarly(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN).putInt(0, length);

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> TensorData.ofRaw(Datatype.BYTES, bytes))
                .withMessageStartingWith("the input ends within element 0");
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
