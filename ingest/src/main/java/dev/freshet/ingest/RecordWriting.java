package dev.freshet.ingest;

import dev.freshet.core.data.ContentTypes;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.InputSpec;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.protocol.v1.ImageRecord;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes images as records of the topic {@code images}; the key is the image's id. Belongs to one thread. */
interface RecordWriting {
    ProducerRecord<byte[], byte[]> write(LabelledImage image);

    /**
     * @param clock gives the event time, where the encoding has one
     * @throws IllegalArgumentException if the encoding cannot carry the shape
     */
    static RecordWriting of(Encoding encoding, String topic, InputSpec input, Clock clock) {
        return switch (encoding) {
            case PROTOBUF -> protobuf(topic, input, clock);
            case PNG -> png(topic, new PngWriting(input));
        };
    }

    private static RecordWriting protobuf(String topic, InputSpec input, Clock clock) {
        return image -> {
            ImageRecord value = ImageRecord.newBuilder()
                    .setId(image.id())
                    .setTensor(image.values().tensor(input))
                    .setLabel(image.label())
                    .setEventTimeMs(clock.millis())
                    .build();
            return record(topic, image.id(), value.toByteArray(), ContentTypes.PROTOBUF);
        };
    }

    private static RecordWriting png(String topic, PngWriting png) {
        return image -> {
            ProducerRecord<byte[], byte[]> record =
                    record(topic, image.id(), png.write(image.pixels()), ContentTypes.PNG);
            Records.put(record.headers(), Records.LABEL, Integer.toString(image.label()));
            return record;
        };
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String id, byte[] value, String contentType) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), value);
        Records.put(record.headers(), Records.CONTENT_TYPE, contentType);
        return record;
    }
}
