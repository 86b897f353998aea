package dev.freshet.server.kafka;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.freshet.core.evaluation.Scoring;
import dev.freshet.protocol.v1.Prediction;
import dev.freshet.protocol.v1.Timings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Writes the {@link Prediction}s of one batch without making one: byte by byte what the generated class writes. What they
 * have in common is written once. Belongs to one thread.
 */
final class PredictionWriter {
    /** Of all fields but those of a length of their own: tags, lengths and numbers. */
    private static final int NUMBERS = 64;

    private static final int LARGEST_CHARACTER = 3;

    private final int classes;
    /** Model and version. */
    private final byte[] source;
    /** What the timings end with. */
    private final byte[] scoring;

    private byte[] buffer = new byte[0];

    /**
     * @param version that scored the batch
     * @param classes at least 1
     * @param scoredMicros what it took to score the batch
     * @param batchSize requests in it
     */
    PredictionWriter(String model, long version, int classes, long scoredMicros, int batchSize) {
        this.classes = classes;
        this.source = Prediction.newBuilder()
                .setModel(model)
                .setModelVersion(version)
                .build()
                .toByteArray();
        this.scoring = Timings.newBuilder()
                .setScoredUs(scoredMicros)
                .setBatchSize(batchSize)
                .build()
                .toByteArray();
    }

    /**
     * Writes one.
     *
     * @param id of the request
     * @param probabilities {@code [rows][classes]}, row-major
     * @param eventTimeMillis of the request
     * @param waitedMicros from the request's timestamp to the poll
     * @return its bytes, which belong to the caller
     */
    byte[] write(String id, float[] probabilities, int row, long eventTimeMillis, long waitedMicros) {
        int most = id.length() * LARGEST_CHARACTER + source.length + scoring.length + classes * Float.BYTES + NUMBERS;
        if (buffer.length < most) {
            buffer = new byte[most];
        }
        CodedOutputStream out = CodedOutputStream.newInstance(buffer);
        try {
            writeFields(out, id, probabilities, row, eventTimeMillis, waitedMicros);
        } catch (IOException e) {
            throw new UncheckedIOException("the buffer is large enough", e);
        }
        return Arrays.copyOf(buffer, out.getTotalBytesWritten());
    }

    /** In the order of their numbers; one that has its default value is left out. */
    private void writeFields(
            CodedOutputStream out, String id, float[] probabilities, int row, long eventTimeMillis, long waitedMicros)
            throws IOException {
        if (!id.isEmpty()) {
            out.writeString(Prediction.ID_FIELD_NUMBER, id);
        }
        out.writeRawBytes(source);
        int classIndex = Scoring.predictedClass(probabilities, row, classes);
        if (classIndex != 0) {
            out.writeUInt32(Prediction.CLASS_INDEX_FIELD_NUMBER, classIndex);
        }
        out.writeTag(Prediction.PROBABILITIES_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(classes * Float.BYTES);
        for (int i = row * classes; i < (row + 1) * classes; i++) {
            out.writeFloatNoTag(probabilities[i]);
        }
        if (eventTimeMillis != 0) {
            out.writeInt64(Prediction.EVENT_TIME_MS_FIELD_NUMBER, eventTimeMillis);
        }
        int waitedSize = waitedMicros == 0
                ? 0
                : CodedOutputStream.computeInt64Size(Timings.WAITED_US_FIELD_NUMBER, waitedMicros);
        out.writeTag(Prediction.TIMINGS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(waitedSize + scoring.length);
        if (waitedMicros != 0) {
            out.writeInt64(Timings.WAITED_US_FIELD_NUMBER, waitedMicros);
        }
        out.writeRawBytes(scoring);
    }
}
