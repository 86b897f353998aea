package dev.freshet.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.freshet.protocol.v1.EncodedImage;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The generated parser is the truth. */
class ImageRecordReaderTest {
    private static final int RECORDS = 30_000;

    private final ImageRecordReader reader = new ImageRecordReader();

    @Test
    void readsRandomRecordsAsTheGeneratedParserDoes() throws IOException {
        // Given
        Random random = new Random(1);
        int tensors = 0;

        for (int i = 0; i < RECORDS; i++) {
            ImageRecord record = randomRecord(random);

            // When
            read(record.toByteArray());

            // Then
            assertReads(record);
            tensors += record.hasTensor() ? 1 : 0;
        }
        assertThat(tensors).isBetween(RECORDS / 4, 3 * RECORDS / 4);
    }

    @Test
    void readsFieldsInAnyOrderAndOftenAndThoseItDoesNotKnow() throws IOException {
        // Given
        Random random = new Random(2);
        int merged = 0;

        for (int i = 0; i < RECORDS; i++) {
            List<byte[]> fields = new ArrayList<>();
            for (int n = random.nextInt(8); n >= 0; n--) {
                fields.add(random.nextInt(3) == 0 ? unknownField(random) : randomField(random));
            }
            byte[] value = joined(fields);
            ImageRecord expected = ImageRecord.parseFrom(value);

            // When
            read(value);

            // Then
            assertReads(expected);
            merged += expected.getTensor().getShapeCount() > 4 ? 1 : 0;
        }
        assertThat(merged).as("tensors of which one was merged into another").isPositive();
    }

    @Test
    void takesAndRefusesDamagedRecordsAsTheGeneratedParserDoes() {
        // Given
        Random random = new Random(3);
        int refused = 0;

        for (int i = 0; i < RECORDS; i++) {
            byte[] value = damaged(randomRecord(random).toByteArray(), random);
            try {
                ImageRecord expected = ImageRecord.parseFrom(value);

                // When, then
                assertThatCode(() -> read(value)).doesNotThrowAnyException();
                assertReads(expected);
            } catch (InvalidProtocolBufferException e) {
                refused++;

                // When, then
                assertThatThrownBy(() -> read(value)).isInstanceOf(e.getClass()).hasMessage(e.getMessage());
            }
        }
        assertThat(refused).isBetween(RECORDS / 20, RECORDS);
    }

    @Test
    void refusesEveryPrefixThatTheGeneratedParserRefuses() {
        // Given
        byte[] whole = ImageRecord.newBuilder()
                .setId("some id")
                .setTensor(Tensor.newBuilder()
                        .setDtype(Tensor.DType.UINT8)
                        .addAllShape(List.of(1, 2, 300))
                        .setData(ByteString.copyFrom(new byte[600])))
                .setLabel(1_000)
                .setEventTimeMs(-1)
                .putAttributes("key", "value")
                .build()
                .toByteArray();

        for (int length = 0; length <= whole.length; length++) {
            byte[] value = Arrays.copyOf(whole, length);
            try {
                ImageRecord expected = ImageRecord.parseFrom(value);

                // When, then
                assertThatCode(() -> read(value)).doesNotThrowAnyException();
                assertReads(expected);
            } catch (InvalidProtocolBufferException e) {
                // When, then
                assertThatThrownBy(() -> read(value)).hasMessage(e.getMessage());
            }
        }
    }

    @Test
    void keepsTheDataWhereTheyAre() throws IOException {
        // Given
        byte[] value = ImageRecord.newBuilder()
                .setTensor(Tensor.newBuilder().setData(ByteString.copyFrom(new byte[] {7, 8, 9})))
                .build()
                .toByteArray();

        // When
        reader.read(value, 0, value.length);

        // Then
        assertThat(reader.data()).isSameAs(value);
    }

    // ------------------------------------------------------------------------------------------------------------

    /** From the middle of an array, as a record in a fetched batch is. */
    private void read(byte[] value) throws IOException {
        byte[] bytes = new byte[11 + value.length + 5];
        Arrays.fill(bytes, (byte) 0x11);
        System.arraycopy(value, 0, bytes, 11, value.length);
        reader.read(bytes, 11, value.length);
    }

    private void assertReads(ImageRecord expected) {
        assertThat(reader.id()).isEqualTo(expected.getId());
        assertThat(reader.hasLabel()).isEqualTo(expected.hasLabel());
        assertThat(reader.label()).isEqualTo(expected.getLabel());
        assertThat(reader.eventTimeMillis()).isEqualTo(expected.getEventTimeMs());
        assertThat(reader.imageCase()).isEqualTo(expected.getImageCase());
        ByteString data = ByteString.copyFrom(reader.data(), reader.dataBegin(), reader.dataSize());
        if (expected.hasTensor()) {
            Tensor tensor = expected.getTensor();
            int[] shape =
                    tensor.getShapeList().stream().mapToInt(Integer::intValue).toArray();
            assertThat(reader.dtype()).isEqualTo(tensor.getDtype());
            assertThat(reader.shape()).isEqualTo(tensor.getShapeList());
            assertThat(reader.hasShape(shape)).isTrue();
            assertThat(reader.hasShape(Arrays.copyOf(shape, shape.length + 1))).isFalse();
            assertThat(data).isEqualTo(tensor.getData());
        }
        if (expected.hasEncoded()) {
            assertThat(reader.contentType()).isEqualTo(expected.getEncoded().getContentType());
            assertThat(data).isEqualTo(expected.getEncoded().getData());
        }
    }

    private static ImageRecord randomRecord(Random random) {
        ImageRecord.Builder record = ImageRecord.newBuilder();
        if (random.nextInt(4) > 0) {
            record.setId(text(random));
        }
        int image = random.nextInt(5);
        if (image < 3) {
            record.setTensor(randomTensor(random));
        } else if (image == 3) {
            record.setEncoded(
                    EncodedImage.newBuilder().setContentType(text(random)).setData(bytes(random)));
        }
        if (random.nextBoolean()) {
            record.setLabel(random.nextInt());
        }
        if (random.nextBoolean()) {
            record.setEventTimeMs(random.nextLong());
        }
        for (int n = random.nextInt(6); n > 3; n--) {
            record.putAttributes(text(random), text(random));
        }
        return record.build();
    }

    private static Tensor randomTensor(Random random) {
        Tensor.Builder tensor = Tensor.newBuilder().setDtypeValue(random.nextInt(5) - 1);
        for (int n = random.nextInt(random.nextInt(10) == 0 ? 20 : 5); n > 0; n--) {
            tensor.addShape(random.nextBoolean() ? random.nextInt(300) : random.nextInt());
        }
        return tensor.setData(bytes(random)).build();
    }

    private static String text(Random random) {
        String[] texts = {"", "a", "image/png", "größer", "日本", "😀", "x".repeat(300)};
        return texts[random.nextInt(texts.length)] + random.nextInt(100);
    }

    private static ByteString bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    /** One field of a record, or of its tensor: shapes packed or not. */
    private static byte[] randomField(Random random) throws IOException {
        if (random.nextInt(3) > 0) {
            return randomRecord(random).toByteArray();
        }
        return written(out -> out.writeByteArray(ImageRecord.TENSOR_FIELD_NUMBER, written(tensor -> {
            for (int n = random.nextInt(5); n > 0; n--) {
                switch (random.nextInt(4)) {
                    case 0 -> tensor.writeUInt32(Tensor.SHAPE_FIELD_NUMBER, random.nextInt(300));
                    case 1 -> tensor.writeByteArray(Tensor.SHAPE_FIELD_NUMBER, new byte[] {1, 28, 28});
                    case 2 -> tensor.writeBytes(Tensor.DATA_FIELD_NUMBER, bytes(random));
                    default -> tensor.writeEnum(Tensor.DTYPE_FIELD_NUMBER, random.nextInt(4));
                }
            }
        })));
    }

    /** Of a number that nobody has, or known and of another kind. */
    private static byte[] unknownField(Random random) throws IOException {
        int number = random.nextBoolean() ? 1 + random.nextInt(6) : 100 + random.nextInt(1_000);
        return written(out -> {
            switch (random.nextInt(5)) {
                case 0 -> out.writeFixed32(number, 5);
                case 1 -> out.writeFixed64(number, 5);
                case 2 -> {
                    out.writeTag(number, WireFormat.WIRETYPE_START_GROUP);
                    randomTensor(random).writeTo(out);
                    out.writeTag(number, WireFormat.WIRETYPE_END_GROUP);
                }
                case 3 -> out.writeByteArray(1_000, new byte[random.nextInt(9)]);
                default -> out.writeInt64(100 + number, random.nextLong());
            }
        });
    }

    private static byte[] damaged(byte[] whole, Random random) {
        byte[] value = random.nextInt(3) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length + 1)) : whole.clone();
        for (int n = random.nextInt(4); n > 0 && value.length > 0; n--) {
            // Near the begin, where most tags and lengths are.
            value[random.nextInt(Math.min(value.length, 40))] = (byte) random.nextInt(256);
        }
        return value;
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        parts.forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] written(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        writing.to(out);
        out.flush();
        return bytes.toByteArray();
    }
}
