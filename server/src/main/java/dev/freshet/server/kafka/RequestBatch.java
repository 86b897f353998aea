package dev.freshet.server.kafka;

import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.DecodedRow;
import dev.freshet.core.data.DecodedRow.Filled;
import dev.freshet.core.data.RawRecord;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.InputSpec;
import dev.freshet.server.model.Lease;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one poll that a version answers: those that were scored, and those to set aside. Reused; belongs to one
 * thread.
 */
final class RequestBatch {
    /** Requests decoded before they are scored: their features are still in the cache then. */
    private static final int SLICE = 64;

    private final List<Request> requests = new ArrayList<>();
    private final List<Reject> rejects = new ArrayList<>();
    private final int[] labels = new int[SLICE];
    private @Nullable InputSpec input;
    private int labelClasses;
    private @Nullable RecordDecoder decoder;
    private float[] features = new float[0];
    private float[] sliceProbabilities = new float[0];
    private float[] probabilities = new float[0];
    private long scoringNanos;

    /** A request that was scored. */
    record Request(ConsumerRecord<byte[], ByteBuffer> record, String id, long eventTimeMillis) {}

    /** A request that cannot be. */
    record Reject(ConsumerRecord<byte[], ByteBuffer> record, String id, Malformed malformed) {}

    /** Replaces what it holds by a share of a poll, decoded and scored as this version does. */
    void score(ConsumerRecords<byte[], ByteBuffer> records, Share share, Lease version) {
        begin(records.count(), version);
        InputSpec modelInput = version.spec().input();
        RecordDecoder reading = decoderOf(modelInput, version.spec().classes().size());
        int inputs = modelInput.size();
        int scored = 0;
        for (ConsumerRecord<byte[], ByteBuffer> record : records) {
            RawRecord raw = Records.rawInPlace(record);
            DecodedRow row = reading.decode(raw, features, (requests.size() - scored) * inputs);
            if (row instanceof Filled filled) {
                // Of another's request nothing is left but a row that the next one overwrites.
                if (share.has(filled.id())) {
                    labels[requests.size() - scored] = filled.label();
                    requests.add(new Request(record, filled.id(), filled.eventTimeMillis()));
                }
            } else if (row instanceof Malformed malformed) {
                String id = reading.idOf(raw);
                if (share.has(id)) {
                    rejects.add(new Reject(record, id, malformed));
                }
            }
            if (requests.size() - scored == SLICE) {
                scoreFrom(scored, version);
                scored = requests.size();
            }
        }
        scoreFrom(scored, version);
    }

    private void begin(int count, Lease version) {
        requests.clear();
        rejects.clear();
        scoringNanos = 0;
        int classes = version.spec().classes().size();
        if (probabilities.length < count * classes) {
            probabilities = new float[count * classes];
        }
        if (sliceProbabilities.length < SLICE * classes) {
            sliceProbabilities = new float[SLICE * classes];
        }
        int inputs = version.spec().input().size();
        if (features.length < SLICE * inputs) {
            features = new float[SLICE * inputs];
        }
    }

    private RecordDecoder decoderOf(InputSpec modelInput, int modelClasses) {
        RecordDecoder reading = decoder;
        if (reading == null || modelClasses != labelClasses || !modelInput.equals(input)) {
            reading = RecordDecoder.ofRequests(modelInput, modelClasses);
            decoder = reading;
            input = modelInput;
            labelClasses = modelClasses;
        }
        return reading;
    }

    private void scoreFrom(int first, Lease version) {
        int size = requests.size() - first;
        if (size == 0) {
            return;
        }
        long started = System.nanoTime();
        version.score(features, size, sliceProbabilities);
        scoringNanos += System.nanoTime() - started;
        version.compare(features, size, sliceProbabilities, labels);
        int classes = version.spec().classes().size();
        System.arraycopy(sliceProbabilities, 0, probabilities, first * classes, size * classes);
    }

    List<Request> requests() {
        return requests;
    }

    List<Reject> rejects() {
        return rejects;
    }

    /** {@code [requests][classes]}, row-major; what lies behind is left over from earlier polls. */
    float[] probabilities() {
        return probabilities;
    }

    /** What scoring them took, without decoding. */
    Duration scoringTime() {
        return Duration.ofNanos(scoringNanos);
    }
}
