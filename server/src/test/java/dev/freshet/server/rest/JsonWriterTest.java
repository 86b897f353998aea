package dev.freshet.server.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    private final ObjectMapper jackson = new ObjectMapper();

    @Test
    void writesTextsThatReadersReadAsTheyWere() throws IOException {
        // Given
        StringBuilder text = new StringBuilder("größe \uD83D\uDE00");
        for (char letter = 0; letter < 0x100; letter++) {
            text.append(letter);
        }

        // When
        JsonWriter json = new JsonWriter().string(text.toString());

        // Then
        assertThat(read(json).asText()).isEqualTo(text.toString());
    }

    @Test
    void writesNumbersOfAnySizeAndGrows() throws IOException {
        // Given
        Random random = new Random(1);
        JsonWriter json = new JsonWriter().raw('[').number(Long.MIN_VALUE);
        float[] floats = new float[10_000];

        // When
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.intBitsToFloat(random.nextInt() & 0xff7fffff);
            json.raw(',').number(floats[i]);
        }
        JsonNode read = read(json.raw(']'));

        // Then
        assertThat(read.get(0).asLong()).isEqualTo(Long.MIN_VALUE);
        for (int i = 0; i < floats.length; i++) {
            assertThat(read.get(i + 1).floatValue()).isEqualTo(floats[i]);
        }
    }

    private JsonNode read(JsonWriter json) throws IOException {
        return jackson.readTree(json.bytes(), 0, json.size());
    }
}
