package dev.freshet.ingest;

import dev.freshet.ingest.drift.DriftScript;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import java.time.Clock;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records of an ingest, one after the other: the images of a source in the order, as often and as changed as its
 * configuration says. {@link Ingest} sends them; who wants the same stream without a broker may take them from here.
 * Belongs to one thread.
 */
public final class Outgoing {
    private final ImageSource source;
    private final Visits visits;
    private final DriftScript drifts;
    private final RecordWriting writing;

    /**
     * @param topic that the records are for
     * @param source read by the thread that asks for records, by no other meanwhile
     * @param clock gives the event times
     * @throws IllegalArgumentException if the source cannot be ingested with this configuration
     */
    public Outgoing(IngestConfig config, String topic, ImageSource source, Clock clock) {
        this.source = source;
        this.visits = new Visits(source.size(), config);
        this.drifts = DriftScript.of(config.drifts(), source, config.driftSeed());
        this.writing = RecordWriting.of(config.encoding(), topic, source.input(), clock);
    }

    /** How many there are in all, if none is left out; empty where there is no end. */
    public OptionalLong total() {
        return visits.total();
    }

    /** Whether neither the limit nor the end of the source has been reached: {@link #next} may still find nothing. */
    public boolean hasNext() {
        return visits.hasNext();
    }

    /** The next record; null where the source ends before there is one that is to be sent. */
    public @Nullable ProducerRecord<byte[], byte[]> next() {
        while (visits.hasNext()) {
            long number = visits.sent();
            LabelledImage image = drifts.apply(source.get(visits.nextLong()), number);
            if (image != null) {
                return writing.write(image);
            }
            visits.leaveOut();
        }
        return null;
    }
}
