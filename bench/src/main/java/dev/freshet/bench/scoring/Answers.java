package dev.freshet.bench.scoring;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.protocol.v1.Prediction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What came back for numbered requests: which were answered, how often, and what the first ones were told. */
final class Answers {
    /** Requests whose probabilities are kept. */
    private static final int KEPT = 1_000;

    private final BitSet answered = new BitSet();
    private final Map<Integer, float[]> probabilities = new TreeMap<>();
    private byte[] first = new byte[0];
    private long total;

    private Answers() {}

    /**
     * Reads committed records.
     *
     * @param begin the first offset of each partition
     * @param end the offset behind the last
     */
    static Answers read(KafkaSettings kafka, Map<TopicPartition, Long> begin, Map<TopicPartition, Long> end) {
        Answers answers = new Answers();
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.forClient("bench-answers", Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(begin.keySet());
            begin.forEach(consumer::seek);
            while (end.entrySet().stream().anyMatch(last -> consumer.position(last.getKey()) < last.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(answers::add);
            }
        }
        return answers;
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        int request = Integer.parseInt(new String(record.key(), StandardCharsets.UTF_8));
        if (total == 0) {
            first = record.value();
        }
        total++;
        answered.set(request);
        if (request < KEPT) {
            probabilities.put(request, parse(record));
        }
    }

    private static float[] parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            Prediction prediction = Prediction.parseFrom(record.value());
            float[] values = new float[prediction.getProbabilitiesCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = prediction.getProbabilities(i);
            }
            return values;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an answer is no Prediction", e);
        }
    }

    /** All of them, those that came twice counted twice. */
    long total() {
        return total;
    }

    /** One of them, as it was sent; empty where there is none. */
    byte[] first() {
        return first.clone();
    }

    /** Requests that have at least one. */
    int requests() {
        return answered.cardinality();
    }

    /**
     * By how much a probability differs at most, of the first requests.
     *
     * @return NaN where one of the two has no answer for a request of the other's
     */
    double largestDifference(Answers others) {
        double largest = probabilities.keySet().equals(others.probabilities.keySet()) ? 0 : Double.NaN;
        for (Map.Entry<Integer, float[]> answer : probabilities.entrySet()) {
            float[] other = others.probabilities.getOrDefault(answer.getKey(), new float[0]);
            for (int i = 0; i < Math.min(other.length, answer.getValue().length); i++) {
                largest = Math.max(largest, Math.abs(other[i] - answer.getValue()[i]));
            }
        }
        return largest;
    }
}
