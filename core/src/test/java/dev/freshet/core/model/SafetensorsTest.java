package dev.freshet.core.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    @Test
    void readsAFileThatAnotherProgramWrote() throws IOException {
        // When
        Weights weights = Safetensors.decode(ManifestTest.resource("tiny.safetensors"));

        // Then
        assertThat(weights.tensors())
                .extracting(NamedTensor::name)
                .containsExactlyInAnyOrder("layers.0.weight", "layers.0.bias");
        assertThat(tensor(weights, "layers.0.weight").shape()).containsExactly(2, 3);
        assertThat(tensor(weights, "layers.0.weight").values()).containsExactly(1, 2, 3, -4, 5.5f, 1e-3f);
        assertThat(tensor(weights, "layers.0.bias").shape()).containsExactly(2);
        assertThat(tensor(weights, "layers.0.bias").values()).containsExactly(0.5f, -0.25f);
    }

    @Test
    void writesWhatTheFormatSays() {
        // Given
        Weights weights = new Weights(List.of(
                new NamedTensor("w", List.of(1, 2), new float[] {1, -2}),
                new NamedTensor("b", List.of(1), new float[] {0.5f})));

        // When
        ByteBuffer file = ByteBuffer.wrap(Safetensors.encode(weights)).order(ByteOrder.LITTLE_ENDIAN);

        // Then
        int length = (int) file.getLong();
        byte[] header = new byte[length];
        file.get(header);
        assertThat(length % 8).isZero();
        assertThat(new String(header, UTF_8).stripTrailing())
                .isEqualTo("{\"__metadata__\":{\"format\":\"pt\"},"
                        + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}");
        assertThat(file.remaining()).isEqualTo(12);
        assertThat(file.getFloat()).isEqualTo(1);
        assertThat(file.getFloat()).isEqualTo(-2);
        assertThat(file.getFloat()).isEqualTo(0.5f);
    }

    @Test
    void keepsEveryBitOfEveryFloat() {
        // Given
        float[] values = {0f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, 1 / 3f, Float.POSITIVE_INFINITY, Float.NaN, -1e-40f
        };

        // When
        Weights read = Safetensors.decode(
                Safetensors.encode(new Weights(List.of(new NamedTensor("t", List.of(2, 4), values)))));

        // Then
        assertThat(read.tensors()).hasSize(1);
        assertThat(read.tensors().get(0).values()).containsExactly(values);
    }

    @Test
    void keepsTheOrderOfItsTensors() {
        // Given
        Weights weights = new Weights(List.of(
                new NamedTensor("z", List.of(1), new float[1]), new NamedTensor("a", List.of(1), new float[1])));

        // When
        Weights read = Safetensors.decode(Safetensors.encode(weights));

        // Then
        assertThat(read.tensors()).extracting(NamedTensor::name).containsExactly("z", "a");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 60, 1L << 20, (1L << 20) + 1, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, -1, -8})
    void refusesAHeaderLengthThatCannotBe(long length) {
        // Given
        byte[] file = ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put("{}".getBytes(UTF_8))
                .array();

        // Then
        assertRefused(file);
    }

    @Test
    void refusesLessThanAHeaderLength() {
        assertRefused(new byte[0]);
        assertRefused(new byte[7]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  ",
                "[]",
                "null",
                "{",
                "{}{}",
                "{} x",
                "\"text\"",
                "{\"t\":null}",
                "{\"t\":[]}",
                "{\"t\":{}}",
                // neither the JSON nor the format allows a name twice
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "{\"t\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
                "{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[\"0\",\"8\"]}}",
                // 8 bytes belong to nobody
                "{}",
            })
    void refusesAHeaderThatDoesNotDescribeTheFile(String header) {
        assertRefused(file(header, 8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // out of range
                "2; -8,0",
                "2; 8,16",
                "2; 4,12",
                "2; 8,0",
                "2; 0,9223372036854775807",
                "2; 0,18446744073709551624",
                // not the size that the shape asks for
                "1; 0,8",
                "3; 0,8",
                // 2⁶⁴ and 2⁶² elements: the product is 0 in 64 bits, with or without the factor 4
                "65536,65536,65536,65536; 0,0",
                "2147483647,2147483647,4; 0,8",
                "1073741824,1073741824,4; 0,0",
                "32768,65536; 0,0",
                // negative, alone and in pairs
                "-2; 0,8",
                "-1,-2; 0,8",
                "-2147483648,-2147483648; 0,0",
                // no int, and what is left of it in 32 bits
                "4294967298; 0,8",
                "2.0; 0,8",
                "2.5; 0,8",
            })
    void refusesAShapeThatDoesNotFitItsBytes(String shape, String offsets) {
        assertRefused(
                file("{\"t\":{\"dtype\":\"F32\",\"shape\":[" + shape + "],\"data_offsets\":[" + offsets + "]}}", 8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0,8; 0,8", // the same bytes twice
                "0,8; 4,12", // overlapping
                "0,8; 12,20", // a hole between them
                "4,12; 12,20", // a hole at the beginning
                "0,8; 8,16", // 4 bytes behind the last
            })
    void refusesBytesThatBelongToNoTensorOrToTwo(String first, String second) {
        // Given
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + first + "]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + second + "]}}";

        // Then
        assertRefused(file(header, 20));
    }

    @Test
    void takesAnEmptyTensorAndAScalar() {
        // Given
        String header = "{\"none\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]},"
                + "\"one\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}";

        // When
        Weights weights = Safetensors.decode(file(header, 4));

        // Then
        assertThat(tensor(weights, "none").values()).isEmpty();
        assertThat(tensor(weights, "one").values()).hasSize(1);
    }

    @Test
    void answersAnyBytesWithWeightsOrARefusal() throws IOException {
        // Given
        Random random = new Random(1);
        byte[] good = ManifestTest.resource("tiny.safetensors");

        for (int i = 0; i < 20_000; i++) {
            byte[] file = good.clone();
            for (int flips = random.nextInt(8); flips >= 0; flips--) {
                file[random.nextInt(random.nextBoolean() ? file.length : 24)] = (byte) random.nextInt(256);
            }

            // When
            try {
                Weights unused = Safetensors.decode(file);
            } catch (IllegalArgumentException expected) {
                // Then
                assertThat(expected).hasMessageStartingWith("the safetensors file ");
            }
        }
    }

    private static byte[] file(String header, int dataBytes) {
        byte[] text = header.getBytes(UTF_8);
        return ByteBuffer.allocate(8 + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    private static void assertRefused(byte[] file) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safetensors.decode(file))
                .withMessageStartingWith("the safetensors file ");
    }

    private static NamedTensor tensor(Weights weights, String name) {
        return weights.tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .findAny()
                .orElseThrow();
    }
}
