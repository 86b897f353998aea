package dev.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.InputSpec;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.Values;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordWritingTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_234), ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({"PROTOBUF,1,28,28", "PNG,1,28,28", "PROTOBUF,3,32,32", "PNG,3,32,32", "PNG,1,1,1", "PNG,3,5,200"})
    void writesWhatTheDecoderReadsBack(Encoding encoding, int channels, int height, int width) {
        // Given
        InputSpec input = InputSpec.image(channels, height, width);
        byte[] pixels = new byte[input.size()];
        new Random(1).nextBytes(pixels);
        RecordWriting writing = RecordWriting.of(encoding, "images", input, CLOCK);

        // When
        ProducerRecord<byte[], byte[]> record = writing.write(new LabelledImage("train/7", pixels, 4));

        // Then
        Example example = decode(record, input);
        assertThat(record.key()).isEqualTo("train/7".getBytes(StandardCharsets.UTF_8));
        assertThat(example.id()).isEqualTo("train/7");
        assertThat(example.label()).isEqualTo(4);
        assertThat(example.eventTimeMillis()).isEqualTo(encoding == Encoding.PROTOBUF ? 1_234 : 0);
        for (int i = 0; i < pixels.length; i++) {
            assertThat(example.features()[i]).isEqualTo((pixels[i] & 0xff) / 255f);
        }
    }

    @Test
    void writesPicturesOneAfterAnotherWithoutTracesOfTheLast() {
        // Given
        InputSpec input = InputSpec.image(1, 2, 2);
        RecordWriting writing = RecordWriting.of(Encoding.PNG, "images", input, CLOCK);
        writing.write(new LabelledImage("a", new byte[] {1, 2, 3, 4}, 0));

        // When
        ProducerRecord<byte[], byte[]> second = writing.write(new LabelledImage("b", new byte[4], 1));

        // Then
        assertThat(decode(second, input).features()).containsOnly(0f);
    }

    @Test
    void saysWhichEncodingItIs() {
        // Given
        InputSpec input = InputSpec.image(1, 1, 1);
        LabelledImage image = new LabelledImage("a", new byte[1], 3);

        // When
        ProducerRecord<byte[], byte[]> protobuf =
                RecordWriting.of(Encoding.PROTOBUF, "images", input, CLOCK).write(image);
        ProducerRecord<byte[], byte[]> png =
                RecordWriting.of(Encoding.PNG, "images", input, CLOCK).write(image);

        // Then
        assertThat(Records.header(protobuf.headers(), "content-type")).isEqualTo("application/x-protobuf");
        assertThat(Records.header(png.headers(), "content-type")).isEqualTo("image/png");
        assertThat(Records.header(png.headers(), "label")).isEqualTo("3");
    }

    @Test
    void writesPointsThatTheDecoderReadsBackBitByBit() {
        // Given
        float[] point = {-1.5f, 0.1f, Float.MIN_VALUE, 3e38f};
        InputSpec input = InputSpec.point(4);
        RecordWriting writing = RecordWriting.of(Encoding.PROTOBUF, "images", input, CLOCK);

        // When
        ProducerRecord<byte[], byte[]> record =
                writing.write(new LabelledImage("p", new Values.Point(point.clone()), 1));

        // Then
        Example example = decode(record, input);
        assertThat(example.features()).isEqualTo(point);
        assertThat(example.label()).isEqualTo(1);
    }

    @Test
    void refusesPointsAsPictures() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordWriting.of(Encoding.PNG, "images", InputSpec.point(2), CLOCK))
                .withMessage("ingest.encoding png takes images, not shape [2]");
    }

    private static Example decode(ProducerRecord<byte[], byte[]> record, InputSpec input) {
        ConsumerRecord<byte[], byte[]> read = new ConsumerRecord<>("images", 0, 0, record.key(), record.value());
        record.headers().forEach(header -> read.headers().add(header));
        Decoded decoded = RecordDecoder.ofLabelled(input, 10).decode(Records.raw(read));
        assertThat(decoded).isInstanceOf(Decoded.Valid.class);
        return ((Decoded.Valid) decoded).example();
    }
}
