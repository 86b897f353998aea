package dev.freshet.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.freshet.core.data.ContentTypes;
import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.RawRecord;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.model.InputSpec;
import dev.freshet.protocol.inference.InferTensorContents;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Tensor;
import dev.freshet.protocol.v1.Tensor.DType;
import io.grpc.Status;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import javax.imageio.ImageIO;
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
        InferInputTensor.Builder tensor = tensor("UINT8", 2, 1, 2, 3);
        InferTensorContents.Builder contents = tensor.getContentsBuilder();
        for (byte value : FIRST) {
            contents.addUintContents(value & 0xff);
        }
        for (byte value : SECOND) {
            contents.addUintContents(value & 0xff);
        }

        // When
        InputTensor input = reading.read(request(tensor));

        // Then
        assertThat(input.size()).isEqualTo(2);
        assertThat(input.features()).containsExactly(both(DType.UINT8, FIRST, SECOND));
    }

    @Test
    void readsRawBytesAsTheTrainerDoes() throws RefusedException {
        ModelInferRequest request =
                raw(tensor("UINT8", 2, 6), ByteBuffer.allocate(12).put(FIRST).put(SECOND));

        assertThat(reading.read(request).features()).containsExactly(both(DType.UINT8, FIRST, SECOND));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsFloatsAsTheTrainerDoes(boolean raw) throws RefusedException {
        // Given
        float[] values = {0, 0.25f, -1, 3.5f, 1e-3f, 1};
        ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        InferInputTensor.Builder tensor = tensor("FP32", 1, 6);
        for (float value : values) {
            bytes.putFloat(value);
            if (!raw) {
                tensor.getContentsBuilder().addFp32Contents(value);
            }
        }

        // When
        InputTensor input = reading.read(raw ? raw(tensor, bytes) : request(tensor));

        // Then
        assertThat(input.features()).containsExactly(trained(DType.FLOAT32, bytes.array()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsPictures(boolean raw) throws Exception {
        // Given
        ByteString png = ByteString.copyFrom(png(3, 2));
        InferInputTensor.Builder tensor = tensor("BYTES", 1);
        ByteBuffer prefixed = ByteBuffer.allocate(4 + png.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(png.size())
                .put(png.asReadOnlyByteBuffer());
        if (!raw) {
            tensor.getContentsBuilder().addBytesContents(png);
        }

        // When
        InputTensor input = reading.read(raw ? raw(tensor, prefixed) : request(tensor));

        // Then
        RawRecord record = new RawRecord(png.toByteArray(), null, ContentTypes.PNG, null, "");
        assertThat(input.features()).containsExactly(decoded(record));
    }

    @Test
    void namesTheExpectedShapes() {
        assertRefused(
                request(tensor("FP32", 2, 784)),
                "the input has shape [2, 784]; expected [n, 1, 2, 3] or [n, 6] with n from 1 to 4");
        assertRefused(
                request(tensor("UINT8", 5, 6)),
                "the input has shape [5, 6]; expected [n, 1, 2, 3] or [n, 6] with n from 1 to 4");
        assertRefused(
                request(tensor("UINT8")), "the input has shape []; expected [n, 1, 2, 3] or [n, 6] with n from 1 to 4");
        assertRefused(
                request(tensor("UINT8", 1, 2, 3)),
                "the input has shape [1, 2, 3]; expected [n, 1, 2, 3] or [n, 6] with n from 1 to 4");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE, 1L << 32})
    void refusesBatchSizesOutOfRange(long size) {
        assertRefusedContaining(request(tensor("FP32", size, 6)), "expected [n, 1, 2, 3] or [n, 6]");
        assertRefusedContaining(request(tensor("BYTES", size)), "expected [n] or [n, 1]");
    }

    @Test
    void namesAPointsShapeOnce() {
        assertRefused(
                new InputReading(InputSpec.point(2), 8),
                request(tensor("FP32", 1, 3)),
                "the input has shape [1, 3]; expected [n, 2] with n from 1 to 8");
    }

    @ParameterizedTest
    @CsvSource({"FP64", "INT8", "''"})
    void refusesOtherDatatypes(String datatype) {
        assertRefused(
                request(tensor(datatype, 1, 6)),
                "the input's datatype is \"" + datatype + "\"; FP32, UINT8 and BYTES are taken");
    }

    @Test
    void refusesAWrongNameAndAWrongNumberOfInputs() {
        assertRefused(
                request(tensor("FP32", 1, 6).setName("image")),
                "the input is named \"image\" where the model takes \"input\"");
        assertRefused(
                ModelInferRequest.getDefaultInstance(),
                "the request holds 0 inputs where the model takes 1, named \"input\"");
    }

    @Test
    void refusesContentsOfAnotherSize() {
        assertRefused(
                raw(tensor("UINT8", 1, 6), ByteBuffer.allocate(5)),
                "raw_input_contents[0] holds 5 bytes where UINT8 of shape [1, 6] needs 6");
        assertRefused(
                raw(tensor("FP32", 2, 6), ByteBuffer.allocate(47)),
                "raw_input_contents[0] holds 47 bytes where FP32 of shape [2, 6] needs 48");
        assertRefused(request(tensor("FP32", 1, 6)), "fp32_contents holds 0 values where FP32 of shape [1, 6] needs 6");
    }

    @Test
    void refusesRawAndTypedContentsTogetherAndRawContentsWithoutAnInput() {
        InferInputTensor.Builder both = tensor("UINT8", 1, 6);
        both.getContentsBuilder().addUintContents(1);

        assertRefusedContaining(raw(both, ByteBuffer.allocate(6)), "send either");
        assertRefused(
                raw(tensor("UINT8", 1, 6), ByteBuffer.allocate(6)).toBuilder()
                        .addRawInputContents(ByteString.EMPTY)
                        .build(),
                "raw_input_contents holds 2 elements where the request has 1 input");
    }

    @Test
    void refusesValuesThatAreNotFinite() {
        // Given
        InferInputTensor.Builder tensor = tensor("FP32", 1, 6);
        for (int i = 0; i < 6; i++) {
            tensor.getContentsBuilder().addFp32Contents(i == 4 ? Float.NaN : i);
        }

        // Then
        assertRefused(request(tensor), "value 4 of example 0 is NaN, which is not finite or not once it is normalised");
    }

    @Test
    void refusesBytesOutOfRange() {
        // Given
        InferInputTensor.Builder tensor = tensor("UINT8", 1, 6);
        for (int i = 0; i < 6; i++) {
            tensor.getContentsBuilder().addUintContents(i == 2 ? -1 : 256);
        }

        // Then
        assertRefused(request(tensor), "uint_contents[0] is 256 where UINT8 goes from 0 to 255");
    }

    @Test
    void refusesPicturesThatCannotBeRead() throws IOException {
        byte[] png = png(3, 2);

        assertRefusedContaining(pictures(ByteString.copyFrom(png, 0, 20)), "element 0: not a readable image/png");
        assertRefusedContaining(
                pictures(ByteString.copyFrom(png(4, 4))), "element 0: a picture of 4×4 where the model takes 3×2");
        assertRefused(
                pictures(ByteString.copyFromUtf8("GIF89a")),
                "element 0: 6 bytes that are neither a PNG nor a JPEG file");
        assertRefused(pictures(), "the input of datatype BYTES holds 0 values where BYTES of shape [1] needs 1");
    }

    @Test
    void refusesRawStringsThatEndTooEarly() {
        ByteBuffer tooShort =
                ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 100);

        assertRefusedContaining(raw(tensor("BYTES", 1), tooShort), "raw_input_contents[0] ends within element 0");
        assertRefusedContaining(
                raw(tensor("BYTES", 1), ByteBuffer.allocate(3)), "raw_input_contents[0] ends within element 0");
    }

    private void assertRefused(ModelInferRequest request, String message) {
        assertRefused(reading, request, message);
    }

    private static void assertRefused(InputReading reading, ModelInferRequest request, String message) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> reading.read(request))
                .withMessage(message)
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    private void assertRefusedContaining(ModelInferRequest request, String part) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> reading.read(request))
                .withMessageContaining(part);
    }

    private static InferInputTensor.Builder tensor(String datatype, long... shape) {
        InferInputTensor.Builder tensor =
                InferInputTensor.newBuilder().setName("input").setDatatype(datatype);
        for (long length : shape) {
            tensor.addShape(length);
        }
        return tensor;
    }

    private static ModelInferRequest request(InferInputTensor.Builder tensor) {
        return ModelInferRequest.newBuilder().addInputs(tensor).build();
    }

    private static ModelInferRequest raw(InferInputTensor.Builder tensor, ByteBuffer bytes) {
        return ModelInferRequest.newBuilder()
                .addInputs(tensor)
                .addRawInputContents(ByteString.copyFrom(bytes.clear()))
                .build();
    }

    private static ModelInferRequest pictures(ByteString... files) {
        InferInputTensor.Builder tensor = tensor("BYTES", 1);
        tensor.getContentsBuilder().addAllBytesContents(List.of(files));
        return request(tensor);
    }

    private static byte[] png(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < width * height; i++) {
            image.getRaster().setSample(i % width, i / width, 0, 40 * i);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }

    private static float[] both(DType dtype, byte[] first, byte[] second) {
        float[] features = new float[2 * INPUT.size()];
        System.arraycopy(trained(dtype, first), 0, features, 0, INPUT.size());
        System.arraycopy(trained(dtype, second), 0, features, INPUT.size(), INPUT.size());
        return features;
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
