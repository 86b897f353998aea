package dev.freshet.server.kafka;

import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.InputSpec;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/** The requests of one poll, sorted into those to score and those to set aside. Reused; belongs to one thread. */
final class RequestBatch {
    private final List<Request> requests = new ArrayList<>();
    private final List<Reject> rejects = new ArrayList<>();
    private @Nullable InputSpec input;
    private @Nullable RecordDecoder decoder;
    private float[] features = new float[0];

    /** A request that can be scored. */
    record Request(ConsumerRecord<byte[], byte[]> record, Example example) {}

    /** A request that cannot. */
    record Reject(ConsumerRecord<byte[], byte[]> record, Malformed malformed) {}

    /** Replaces what it holds by a poll, as a model with this input reads it. */
    void read(ConsumerRecords<byte[], byte[]> records, InputSpec modelInput) {
        RecordDecoder reading = decoder;
        if (reading == null || !modelInput.equals(input)) {
            reading = RecordDecoder.ofUnlabelled(modelInput);
            decoder = reading;
            input = modelInput;
        }
        requests.clear();
        rejects.clear();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Decoded decoded = reading.decode(Records.raw(record));
            if (decoded instanceof Decoded.Valid valid) {
                requests.add(new Request(record, valid.example()));
            } else if (decoded instanceof Malformed malformed) {
                rejects.add(new Reject(record, malformed));
            }
        }
        layOut(modelInput.size());
    }

    private void layOut(int inputs) {
        if (features.length < requests.size() * inputs) {
            features = new float[requests.size() * inputs];
        }
        for (int i = 0; i < requests.size(); i++) {
            System.arraycopy(requests.get(i).example().features(), 0, features, i * inputs, inputs);
        }
    }

    List<Request> requests() {
        return requests;
    }

    List<Reject> rejects() {
        return rejects;
    }

    /** {@code [requests][inputs]}, row-major; what lies behind is left over from earlier polls. */
    float[] features() {
        return features;
    }
}
