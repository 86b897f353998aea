package dev.freshet.server.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.server.api.Datatype;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.TensorData;
import dev.freshet.server.rest.JsonReader.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    private static final String DOCUMENT = """
            {"id": "a\\u00e4\\n\\"", "inputs": [{"name": "input", "shape": [1, 784], "data": [0, 12.5e-1, -7, 255, [1]]}],
             "flags": [true, false, null], "empty": {}, "nothing": [], "deep": [[[{"a": -0.0E+2}]]]}""";

    private final ObjectMapper jackson = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private final Random random = new Random(1);

    @Test
    void takesWhatJacksonTakes() throws IOException {
        int taken = 0;
        for (int i = 0; i < 20_000; i++) {
            // Given
            String text = mutated();

            // When
            boolean takes = takes(text);

            // Then
            assertThat(takes).as(text).isEqualTo(jacksonTakes(text));
            taken += takes ? 1 : 0;
        }
        assertThat(taken).isBetween(1_000, 19_000);
    }

    /** The document with a letter or two changed, left out or put in. */
    private String mutated() {
        String letters = "\"{}[]:,01.eE+-\\tu nulafse\n\u0001";
        StringBuilder text = new StringBuilder(DOCUMENT);
        for (int change = random.nextInt(2); change >= 0; change--) {
            int at = random.nextInt(text.length());
            char letter = letters.charAt(random.nextInt(letters.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, letter);
                case 1 -> text.deleteCharAt(at);
                default -> text.insert(at, letter);
            }
        }
        return text.toString();
    }

    private static boolean takes(String text) {
        try {
            JsonReader reader = reader(text);
            reader.skip();
            return reader.isAtEnd();
        } catch (RefusedException e) {
            return false;
        }
    }

    private boolean jacksonTakes(String text) throws IOException {
        try {
            jackson.readTree(text.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    @Test
    void roundsNumbersToTheNearestFloat() throws RefusedException {
        for (int i = 0; i < 100_000; i++) {
            // Given
            String text = number();

            // When
            float value = reader(text).number();

            // Then
            assertThat(value).as(text).isEqualTo(Float.parseFloat(text));
        }
    }

    private String number() {
        return switch (random.nextInt(5)) {
            case 0 -> Integer.toString(random.nextInt());
            case 1 -> Float.toString(Float.intBitsToFloat(random.nextInt() & 0x7f7fffff));
            case 2 -> Double.toString(random.nextGaussian());
            case 3 ->
                String.format(
                        Locale.ROOT,
                        "%d.%0" + (1 + random.nextInt(20)) + "de%d",
                        random.nextInt(1000),
                        random.nextInt(1000),
                        random.nextInt(90) - 50);
            // Halfway between two floats, and a little beside it.
            default ->
                new java.math.BigDecimal(1 + (2 * random.nextInt(1 << 23) + 1) / (double) (1 << 24)).toPlainString()
                        + (random.nextBoolean() ? "" : "000000000000000000001");
        };
    }

    @Test
    void readsBytesAndLeavesTheRest() throws RefusedException {
        // Given
        JsonReader reader = reader("[0, 255 ,\n7,12,256, 08, 1, 2, 3]");
        byte[] bytes = new byte[10];

        // When
        reader.beginArray();
        int count = reader.bytes(bytes, reader.bytes(bytes, 1));

        // Then
        assertThat(count).isEqualTo(5);
        assertThat(bytes).startsWith(0, 0, 255, 7, 12);
        assertThat(reader.nextElement()).isTrue();
        assertThat(reader.number()).isEqualTo(256);
        assertThat(reader.bytes(bytes, count)).isEqualTo(count);
        assertThat(reader.nextElement()).isTrue();
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(reader::number)
                .withMessageContaining("begins with 0");
    }

    @Test
    void stopsReadingBytesWhereThereIsNoMoreRoom() throws RefusedException {
        // Given
        JsonReader reader = reader("[1, 2, 3, 4, 5, 6]");
        byte[] bytes = new byte[2];

        // When
        reader.beginArray();
        int count = reader.bytes(bytes, 0);

        // Then
        assertThat(count).isEqualTo(2);
        assertThat(reader.nextElement()).isTrue();
        assertThat(reader.number()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[1.0, 2]", "[1e0, 2]", "[-1, 2]", "[1000, 2]", "[true]", "[\"1\"]", "[]", "[[1]]", "[ö]", "[,1]"
            })
    void takesNothingElseForBytes(String text) throws RefusedException {
        JsonReader reader = reader(text + " ".repeat(8));
        reader.beginArray();

        assertThat(reader.bytes(new byte[4], 0)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {", ", ",", " ,", ",  "})
    void zerosThatComeInRunsAreRead(String comma) throws RefusedException {
        for (int zeros = 0; zeros < 30; zeros++) {
            // Given: room that ends within a run, and numbers that begin and end like zeros
            String run = comma + "0";
            String text = "[10" + run.repeat(zeros) + comma + "100" + run.repeat(zeros) + comma + "0.5";
            byte[] bytes = new byte[2 * zeros + 2];
            byte[] fewer = new byte[zeros];

            // When
            JsonReader reader = reader(text + "]" + " ".repeat(8));
            reader.beginArray();
            int count = reader.bytes(bytes, 0);
            JsonReader other = reader(text + "]");
            other.beginArray();
            int fits = other.bytes(fewer, 0);

            // Then
            byte[] expected = new byte[2 * zeros + 2];
            expected[0] = 10;
            expected[zeros + 1] = 100;
            if (comma.length() == 1 || comma.equals(", ")) {
                assertThat(count).isEqualTo(bytes.length);
                assertThat(fits).isEqualTo(zeros);
            }
            assertThat(Arrays.copyOf(bytes, count)).isEqualTo(Arrays.copyOf(expected, count));
            assertThat(Arrays.copyOf(fewer, fits)).isEqualTo(Arrays.copyOf(expected, fits));
            for (int i = count; i < expected.length; i++) {
                assertThat(reader.nextElement()).isTrue();
                assertThat(reader.number()).isEqualTo(expected[i]);
            }
            assertThat(reader.nextElement()).isTrue();
            assertThat(reader.number()).isEqualTo(0.5f);
            assertThat(reader.nextElement()).isFalse();
        }
    }

    @Test
    void aRunOfZerosMayEndTheText() throws RefusedException {
        for (String text : List.of("[0, 0, 0,", "[0,0,0,0,", "[0, 0, 0, ", "[0,0,0,0, 0")) {
            // Given
            JsonReader reader = reader(text);
            byte[] bytes = new byte[8];

            // When
            reader.beginArray();
            int count = reader.bytes(bytes, 0);

            // Then
            assertThat(count).isBetween(3, 4);
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> {
                        while (reader.nextElement()) {
                            float unused = reader.number();
                        }
                    })
                    .withMessageContaining("end-of-input");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {", ", ",", " , ", ",\n  "})
    void dataIsTheSameHoweverItIsSpaced(String comma) throws RefusedException {
        // Given
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < 5_000; i++) {
            text.append(i == 0 ? "" : comma).append(i % 256);
        }
        JsonData data = new JsonData();

        // When
        data.read(reader(text + "]"));

        // Then
        TensorData.Bytes bytes = (TensorData.Bytes) data.as(Datatype.UINT8);
        assertThat(bytes.count()).isEqualTo(5_000);
        for (int i = 0; i < 5_000; i++) {
            assertThat(bytes.values().get(i)).isEqualTo((byte) i);
        }
    }

    @Test
    void readsNamesAndTextsOfAnyLetters() throws RefusedException {
        // Given
        JsonReader reader = reader(
                "{\"größe\": \"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00 \uD83D\uDE00 中\", \"b\": {\"größe\": 1}}");
        List<String> texts = new ArrayList<>();

        // When
        reader.beginObject();
        texts.add(reader.nextName());
        texts.add(reader.string());
        texts.add(reader.nextName());
        Kind kind = reader.kind();
        reader.skip();
        texts.add(reader.nextName());

        // Then
        assertThat(texts).containsExactly("größe", "a\"\\/\b\f\n\r\té\uD83D\uDE00 \uD83D\uDE00 中", "b", null);
        assertThat(kind).isEqualTo(Kind.OBJECT);
        assertThat(reader.isAtEnd()).isTrue();
    }

    @Test
    void refusesANameThatComesTwice() throws RefusedException {
        JsonReader reader = reader("{\"a\": {\"a\": 1}, \"b\": 2, \"a\": 3}");
        reader.beginObject();
        for (int i = 0; i < 2; i++) {
            assertThat(reader.nextName()).isNotNull();
            reader.skip();
        }

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(reader::nextName)
                .withMessageContaining("\"a\" comes twice");
    }

    @Test
    void refusesWhatIsTooDeep() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(reader("[".repeat(100_000))::skip)
                .withMessageContaining("more than 500");
    }

    @Test
    void refusesTextsThatAreNotInUtf8() {
        byte[] bytes = {'"', (byte) 0xc3, '"'};

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(new JsonReader(bytes, bytes.length)::string)
                .withMessageContaining("not in UTF-8");
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, true",
        "-12, true",
        "9223372036854775808, false",
        "1.0, false",
        "1e3, false",
        "true, false"
    })
    void wholeNumbersHaveNeitherPointNorExponentAndFitInALong(String text, boolean fits) throws RefusedException {
        JsonReader reader = reader(text);
        if (fits) {
            assertThat(reader.wholeNumber("timeout")).isEqualTo(Long.parseLong(text));
        } else {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> reader.wholeNumber("timeout"))
                    .withMessage("\"timeout\" is not a whole number");
        }
    }

    private static JsonReader reader(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new JsonReader(bytes, bytes.length);
    }
}
