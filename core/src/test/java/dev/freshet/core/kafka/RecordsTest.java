package dev.freshet.core.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.model.InputSpec;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class RecordsTest {
    @Test
    void deadLettersKeepTheOriginalAndSayWhatWasWrongAndWhereItStood() {
        // Given
        byte[] key = {1, (byte) 0xff};
        byte[] value = {0, 1, 2};
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("images", 3, 42, key, value);
        Records.put(record.headers(), "mine", "kept");

        // When
        ProducerRecord<byte[], byte[]> letter =
                Records.deadLetter("images.dlq", record, new Malformed(Reason.WRONG_SHAPE, "783 bytes"));

        // Then
        assertThat(letter.topic()).isEqualTo("images.dlq");
        assertThat(letter.key()).isEqualTo(key);
        assertThat(letter.value()).isEqualTo(value);
        assertThat(Records.header(letter.headers(), "mine")).isEqualTo("kept");
        assertThat(Records.header(letter.headers(), Records.REASON)).isEqualTo("wrong-shape");
        assertThat(Records.header(letter.headers(), Records.DETAIL)).isEqualTo("783 bytes");
        assertThat(Records.header(letter.headers(), Records.SOURCE_TOPIC)).isEqualTo("images");
        assertThat(Records.header(letter.headers(), Records.SOURCE_PARTITION)).isEqualTo("3");
        assertThat(Records.header(letter.headers(), Records.SOURCE_OFFSET)).isEqualTo("42");
        assertThat(Records.header(record.headers(), Records.REASON)).isNull();
    }

    @Test
    void deadLettersSayNoMoreThanFits() {
        // Given
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("images", 0, 0, null, new byte[1]);

        // When
        ProducerRecord<byte[], byte[]> letter = Records.deadLetter(
                "images.dlq", record, new Malformed(Reason.UNSUPPORTED_CONTENT_TYPE, "x".repeat(1 << 20)));

        // Then
        assertThat(Records.header(letter.headers(), Records.DETAIL))
                .hasSize(1_000)
                .endsWith("x…");
    }

    @Test
    void decodersGetKeyHeadersAndPosition() {
        // Given
        RecordDecoder decoder = RecordDecoder.ofLabelled(InputSpec.point(2), 3);
        byte[] json = "{\"data\": [0, 1]}".getBytes(UTF_8);
        ConsumerRecord<byte[], byte[]> withKey = new ConsumerRecord<>("images", 3, 42, "k".getBytes(UTF_8), json);
        ConsumerRecord<byte[], byte[]> without = new ConsumerRecord<>("images", 3, 42, null, json);
        for (ConsumerRecord<byte[], byte[]> record : List.of(withKey, without)) {
            Records.put(record.headers(), Records.CONTENT_TYPE, "application/json");
            Records.put(record.headers(), Records.LABEL, "2");
        }

        // When
        Valid first = (Valid) decoder.decode(Records.raw(withKey));
        Valid second = (Valid) decoder.decode(Records.raw(without));

        // Then
        assertThat(first.example().id()).isEqualTo("k");
        assertThat(first.example().label()).isEqualTo(2);
        assertThat(second.example().id()).isEqualTo("images-3@42");
    }

    @Test
    void valuesInPlaceAreReadAndSetAsideLikeOthers() {
        // Given
        RecordDecoder decoder = RecordDecoder.ofUnlabelled(InputSpec.point(2));
        byte[] json = "{\"data\": [0, 1]}".getBytes(UTF_8);
        ByteBuffer within = ByteBuffer.allocate(json.length + 10)
                .position(7)
                .put(json)
                .flip()
                .position(7);
        ByteBuffer outside = ByteBuffer.allocateDirect(json.length).put(json).flip();
        for (ByteBuffer value : List.of(within, within.slice(), within.asReadOnlyBuffer(), outside)) {
            ConsumerRecord<byte[], ByteBuffer> record = new ConsumerRecord<>("images", 3, 42, null, value);
            Records.put(record.headers(), Records.CONTENT_TYPE, "application/json");

            // When
            Valid valid = (Valid) decoder.decode(Records.rawInPlace(record));
            ProducerRecord<byte[], byte[]> letter =
                    Records.deadLetterInPlace("images.dlq", record, new Malformed(Reason.WRONG_SHAPE, "detail"));

            // Then
            assertThat(valid.example().id()).isEqualTo("images-3@42");
            assertThat(letter.value()).isEqualTo(json);
        }
    }

    @Test
    void tombstonesInPlaceAreEmpty() {
        // Given
        ConsumerRecord<byte[], ByteBuffer> record = new ConsumerRecord<>("images", 3, 42, null, null);
        Malformed malformed = new Malformed(Reason.EMPTY, "the record has no value");

        // Then
        assertThat(RecordDecoder.ofUnlabelled(InputSpec.point(2)).decode(Records.rawInPlace(record)))
                .isEqualTo(malformed);
        assertThat(Records.deadLetterInPlace("images.dlq", record, malformed).value())
                .isNull();
    }

    @Test
    void headersOfTheSameNameCountByTheLast() {
        // Given
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("images", 0, 0, null, null);
        Records.put(record.headers(), "label", "1");
        Records.put(record.headers(), "label", "2");
        record.headers().add("empty", null);

        // Then
        assertThat(Records.header(record.headers(), "label")).isEqualTo("2");
        assertThat(Records.header(record.headers(), "empty")).isNull();
        assertThat(Records.header(record.headers(), "missing")).isNull();
    }
}
