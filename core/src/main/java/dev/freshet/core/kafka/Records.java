package dev.freshet.core.kafka;

import dev.freshet.core.data.ContentTypes;
import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.RawRecord;
import dev.freshet.core.data.RecordDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Kafka's records as Freshet reads and writes them. Stateless. */
public final class Records {
    public static final String CONTENT_TYPE = "content-type";
    public static final String LABEL = "label";

    /** Headers of a dead letter: why it could not be used, and where it stood. */
    public static final String REASON = "freshet-reason";

    public static final String DETAIL = "freshet-detail";
    public static final String SOURCE_TOPIC = "freshet-source-topic";
    public static final String SOURCE_PARTITION = "freshet-source-partition";
    public static final String SOURCE_OFFSET = "freshet-source-offset";

    /** What nearly every record is, which then costs no text of its own. */
    private static final byte[] PROTOBUF = ContentTypes.PROTOBUF.getBytes(StandardCharsets.UTF_8);

    private static final int LONGEST_DETAIL = 1_000;

    private Records() {}

    /** What a decoder needs of a record. */
    public static RawRecord raw(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        return new RawRecord(
                value == null ? null : ByteBuffer.wrap(value), contentType(record.headers()), new Surroundings(record));
    }

    /** The same of a record whose value lies where the consumer has read it. */
    public static RawRecord rawInPlace(ConsumerRecord<byte[], ByteBuffer> record) {
        return new RawRecord(record.value(), contentType(record.headers()), new Surroundings(record));
    }

    private record Surroundings(ConsumerRecord<byte[], ?> record) implements RawRecord.Surroundings {
        @Override
        public @Nullable String key() {
            byte[] key = record.key();
            return key == null ? null : new String(key, StandardCharsets.UTF_8);
        }

        @Override
        public @Nullable String label() {
            return header(record.headers(), LABEL);
        }

        @Override
        public String position() {
            return record.topic() + "-" + record.partition() + "@" + record.offset();
        }
    }

    private static @Nullable String contentType(Headers headers) {
        Header header = headers.lastHeader(CONTENT_TYPE);
        if (header == null || header.value() == null) {
            return null;
        }
        byte[] value = header.value();
        return Arrays.equals(value, PROTOBUF) ? ContentTypes.PROTOBUF : new String(value, StandardCharsets.UTF_8);
    }

    /** The original key, value and headers, with headers that say what was wrong and where it stood. */
    public static ProducerRecord<byte[], byte[]> deadLetter(
            String topic, ConsumerRecord<byte[], byte[]> record, Malformed malformed) {
        return deadLetter(topic, record, record.value(), malformed);
    }

    /** The same of a record whose value lies where the consumer has read it. */
    public static ProducerRecord<byte[], byte[]> deadLetterInPlace(
            String topic, ConsumerRecord<byte[], ByteBuffer> record, Malformed malformed) {
        return deadLetter(topic, record, Utils.toNullableArray(record.value()), malformed);
    }

    private static ProducerRecord<byte[], byte[]> deadLetter(
            String topic, ConsumerRecord<byte[], ?> record, byte @Nullable [] value, Malformed malformed) {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(topic, null, record.key(), value, record.headers());
        put(letter.headers(), REASON, RecordDecoder.nameOf(malformed.reason()));
        put(letter.headers(), DETAIL, abbreviate(malformed.detail()));
        put(letter.headers(), SOURCE_TOPIC, record.topic());
        put(letter.headers(), SOURCE_PARTITION, Integer.toString(record.partition()));
        put(letter.headers(), SOURCE_OFFSET, Long.toString(record.offset()));
        return letter;
    }

    /** A detail may quote the record, which may be long. */
    public static String abbreviate(String detail) {
        return detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL - 1) + "…";
    }

    /** The last header of that name as text. */
    public static @Nullable String header(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Adds a text header. */
    public static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Records between where a consumer stands and the end of its partitions, as far as the consumer knows without
     * asking the broker; on the consumer's thread only.
     */
    public static long lag(Consumer<?, ?> consumer) {
        long lag = 0;
        for (TopicPartition partition : consumer.assignment()) {
            lag += consumer.currentLag(partition).orElse(0);
        }
        return lag;
    }
}
