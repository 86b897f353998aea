package dev.freshet.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Prediction;
import dev.freshet.protocol.v1.Tensor;
import dev.freshet.protocol.v1.Tensor.DType;
import dev.freshet.testkit.KafkaBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** What a client of the Kafka path does: send images, read predictions. */
public final class Requests {
    private Requests() {}

    public static byte[] request(String id, byte[] image) {
        return ImageRecord.newBuilder()
                .setId(id)
                .setTensor(Tensor.newBuilder()
                        .setDtype(DType.UINT8)
                        .addAllShape(Versions.SPEC.input().shape())
                        .setData(ByteString.copyFrom(image)))
                .setEventTimeMs(1_234)
                .build()
                .toByteArray();
    }

    /** Sends images {@code from} to {@code to}, which is excluded, under ids and keys {@code r<i>}, to all partitions. */
    public static void send(KafkaSettings kafka, int from, int to) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                kafka.forClient("test-client", Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = from; i < to; i++) {
                sent.add(producer.send(new ProducerRecord<>(
                        kafka.topics().requests(), i % 2, "r" + i, request("r" + i, Versions.image(i)))));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }

    /** Sends one value, whatever it is. */
    public static void sendTo(KafkaSettings kafka, int partition, @Nullable String key, byte[] value) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                kafka.forClient("test-client", Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(kafka.topics().requests(), partition, key, value))
                    .get();
        }
    }

    /** Everything committed in the topic of predictions. */
    public static List<ConsumerRecord<String, byte[]>> answers(KafkaBroker broker, KafkaSettings kafka) {
        return broker.consumeAll(kafka.topics().predictions(), Duration.ofSeconds(20));
    }

    public static Prediction parse(ConsumerRecord<String, byte[]> record) {
        try {
            return Prediction.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("not a prediction at offset " + record.offset(), e);
        }
    }
}
