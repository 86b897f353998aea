package dev.freshet.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.freshet.core.data.ContentTypes;
import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.RawRecord;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.model.InputSpec;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Tensor;
import dev.freshet.protocol.v1.Tensor.DType;
import dev.freshet.server.Versions;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputReadingTest {
    private static final InputSpec INPUT = new InputSpec(List.of(1, 2, 3), List.of(0.1), List.of(0.5));
    private static final byte[] FIRST = {0, 1, 2, 127, (byte) 128, (byte) 255};
    private static final byte[] SECOND = {9, 8, 7, 6, 5, 4};

    private final InputReading reading = new InputReading(INPUT, 4);

    @Test
    void readsBytesAsTheTrainerDoes() throws RefusedException {
        // Given
        InputTensor tensor = bytes(List.of(2L, 1L, 2L, 3L), FIRST, SECOND);

        // When
        float[] features = readAll(tensor);

        // Then
        assertThat(Arrays.copyOf(features, 6)).containsExactly(trained(DType.UINT8, FIRST));
        assertThat(Arrays.copyOfRange(features, 6, 12)).containsExactly(trained(DType.UINT8, SECOND));
    }

    @Test
    void readsFlatBytesAsTheTrainerDoes() throws RefusedException {
        assertThat(readAll(bytes(List.of(1L, 6L), SECOND))).containsExactly(trained(DType.UINT8, SECOND));
    }

    @Test
    void readsFloatsAsTheTrainerDoes() throws RefusedException {
        // Given
        float[] values = {0, 0.25f, -1, 3.5f, 1e-3f, 1};
        ByteBuffer raw = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);

        // Then
        float[] trained = trained(DType.FLOAT32, raw.array());
        assertThat(readAll(floats(List.of(1L, 6L), values))).containsExactly(trained);
        InputTensor ofRaw =
                new InputTensor("input", Datatype.FP32, List.of(1L, 6L), TensorData.ofRaw(Datatype.FP32, raw));
        assertThat(readAll(ofRaw)).containsExactly(trained);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg"})
    void readsPictures(String format) throws RefusedException {
        // Given
        byte[] file = picture(3, 2, format);

        // When
        float[] features = readAll(pictures(List.of(1L, 1L), file));

        // Then
        RawRecord record =
                new RawRecord(file, null, format.equals("png") ? ContentTypes.PNG : ContentTypes.JPEG, null, "");
        assertThat(features).containsExactly(decoded(record));
    }

    @Test
    void namesTheExpectedShapes() {
        String expected = "; expected [n, 1, 2, 3] or [n, 6] with n from 1 to 4";
        assertRefused(floats(List.of(2L, 784L)), "the input has shape [2, 784]" + expected);
        assertRefused(bytes(List.of()), "the input has shape []" + expected);
        assertRefused(bytes(List.of(1L, 2L, 3L)), "the input has shape [1, 2, 3]" + expected);
    }

    @Test
    void namesAPointsShapeOnce() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> InputReading.examples(floats(List.of(1L, 3L)), InputSpec.point(2), 8))
                .withMessage("the input has shape [1, 3]; expected [n, 2] with n from 1 to 8");
    }

    @ParameterizedTest
    @CsvSource({
        "0, INVALID_ARGUMENT",
        "-1, INVALID_ARGUMENT",
        "5, TOO_LARGE",
        "4294967296, TOO_LARGE",
        "9223372036854775807, TOO_LARGE"
    })
    void refusesNumbersOfExamplesOutOfRange(long examples, Refusal reason) {
        assertThat(refusal(floats(List.of(examples, 6L))).reason()).isEqualTo(reason);
        assertThat(refusal(pictures(List.of(examples))))
                .hasMessageContaining("expected [n] or [n, 1]")
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    @Test
    void refusesMoreThanOneRequestCanHold() {
        // Given
        InputSpec large = InputSpec.point(1 << 20);

        // Then
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> InputReading.examples(floats(List.of(60_000L, 1L << 20)), large, 65_536))
                .withMessageContaining("more than one request can hold")
                .satisfies(refused -> assertThat(refused.reason()).isEqualTo(Refusal.TOO_LARGE));
    }

    @Test
    void refusesAnotherNameAndAnotherNumberOfValues() {
        assertRefused(
                new InputTensor("image", Datatype.UINT8, List.of(1L, 6L), new TensorData.Bytes(ByteBuffer.wrap(FIRST))),
                "the input is named \"image\" where the model takes \"input\"");
        assertRefused(
                floats(List.of(2L, 6L), new float[11]),
                "the input holds 11 values where FP32 of shape [2, 6] needs 12");
        assertRefused(pictures(List.of(1L)), "the input holds 0 values where BYTES of shape [1] needs 1");
    }

    @Test
    void refusesValuesThatAreNotFinite() {
        assertRefused(
                floats(List.of(1L, 6L), 0, 1, 2, 3, Float.NaN, 5),
                "value 4 of example 0 is NaN, which is not finite or not once it is normalised");
        assertRefused(
                floats(List.of(1L, 6L), 0, 1, Float.MAX_VALUE, 3, 4, 5),
                "value 2 of example 0 is 3.4028235E38, which is not finite or not once it is normalised");
    }

    @Test
    void refusesPicturesThatCannotBeRead() {
        byte[] png = picture(3, 2, "png");

        assertRefusedContaining(
                pictures(List.of(2L), png, Arrays.copyOf(png, 20)), "element 1: not a readable image/png");
        assertRefusedContaining(
                pictures(List.of(1L), picture(4, 4, "png")), "a picture of 4×4 where the model takes 3×2");
        assertRefused(
                pictures(List.of(1L), new byte[] {'G', 'I', 'F', '8', '9', 'a'}),
                "6 bytes that are neither a PNG nor a JPEG file");
    }

    private float[] readAll(InputTensor tensor) throws RefusedException {
        int examples = reading.examples(tensor);
        float[] features = new float[examples * INPUT.size()];
        for (int i = 0; i < examples; i++) {
            reading.read(tensor, i, features, i);
        }
        return features;
    }

    private RefusedException refusal(InputTensor tensor) {
        try {
            float[] unused = readAll(tensor);
            throw new AssertionError("not refused");
        } catch (RefusedException e) {
            return e;
        }
    }

    private void assertRefused(InputTensor tensor, String message) {
        assertThat(refusal(tensor)).hasMessage(message);
    }

    private void assertRefusedContaining(InputTensor tensor, String part) {
        assertThat(refusal(tensor)).hasMessageContaining(part);
    }

    private static InputTensor bytes(List<Long> shape, byte[]... examples) {
        ByteBuffer bytes = ByteBuffer.allocate(examples.length * INPUT.size());
        for (byte[] example : examples) {
            bytes.put(example);
        }
        return new InputTensor("input", Datatype.UINT8, shape, new TensorData.Bytes(bytes.flip()));
    }

    private static InputTensor floats(List<Long> shape, float... values) {
        return new InputTensor("input", Datatype.FP32, shape, new TensorData.Floats(FloatBuffer.wrap(values)));
    }

    private static InputTensor pictures(List<Long> shape, byte[]... files) {
        List<ByteBuffer> elements = new ArrayList<>();
        for (byte[] file : files) {
            elements.add(ByteBuffer.wrap(file));
        }
        return new InputTensor("input", Datatype.BYTES, shape, new TensorData.Strings(elements));
    }

    private static byte[] picture(int width, int height, String format) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < width * height; i++) {
            image.getRaster().setSample(i % width, i / width, 0, 40 * i);
        }
        return Versions.file(image, format);
    }

    /** What the trainer makes of the same values in a record. */
    private static float[] trained(DType dtype, byte[] data) {
        ImageRecord record = ImageRecord.newBuilder()
                .setTensor(Tensor.newBuilder()
                        .setDtype(dtype)
                        .addAllShape(INPUT.shape())
                        .setData(ByteString.copyFrom(data)))
                .setLabel(1)
                .build();
        RawRecord raw = new RawRecord(record.toByteArray(), null, null, null, "");
        Decoded decoded = RecordDecoder.ofLabelled(INPUT, 2).decode(raw);
        return ((Decoded.Valid) decoded).example().features();
    }

    private static float[] decoded(RawRecord raw) {
        return ((Decoded.Valid) RecordDecoder.ofUnlabelled(INPUT).decode(raw))
                .example()
                .features();
    }
}
