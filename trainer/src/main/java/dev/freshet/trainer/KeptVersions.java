package dev.freshet.trainer;

import dev.freshet.core.model.SnapshotCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions in the topic {@code models}, of which the newest stay: what is older is taken away by the transaction that
 * brings the next. Belongs to the thread that commits.
 */
final class KeptVersions {
    private static final Logger log = LoggerFactory.getLogger(KeptVersions.class);

    private final String topic;
    private final String model;
    private final int limit;
    private final Supplier<Set<Long>> inUse;
    /** By version, in how many chunks its weights are. */
    private final TreeMap<Long, Integer> versions;

    /**
     * @param limit how many stay, at least 1; 0 for all
     * @param versions those that are there, damaged ones included, and in how many chunks each is
     * @param inUse versions that stay however old they are, such as those that somebody has pinned; asked before others go,
     *     and if it cannot say, by a {@link KafkaException} or an {@link IllegalArgumentException}, none goes for now
     */
    KeptVersions(String topic, String model, int limit, Map<Long, Integer> versions, Supplier<Set<Long>> inUse) {
        this.topic = topic;
        this.model = model;
        this.limit = limit;
        this.inUse = inUse;
        this.versions = new TreeMap<>(versions);
    }

    /**
     * Counts a version that is newer than all others.
     *
     * @param chunks of its weights
     * @return what takes away those that have become too old, to be sent with it
     */
    List<ProducerRecord<byte[], byte[]>> add(long version, int chunks) {
        versions.put(version, chunks);
        List<ProducerRecord<byte[], byte[]>> tombstones = new ArrayList<>();
        if (limit == 0 || versions.size() <= limit) {
            return tombstones;
        }
        Set<Long> stay;
        try {
            stay = inUse.get();
        } catch (KafkaException | IllegalArgumentException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("no old version goes, since one may be in use");
            return tombstones;
        }
        int tooMany = versions.size() - limit;
        Iterator<Map.Entry<Long, Integer>> oldestFirst = versions.entrySet().iterator();
        for (int i = 0; i < tooMany; i++) {
            Map.Entry<Long, Integer> oldest = oldestFirst.next();
            if (!stay.contains(oldest.getKey())) {
                forget(oldest.getKey(), oldest.getValue(), tombstones);
                oldestFirst.remove();
            }
        }
        return tombstones;
    }

    /** The manifest first: chunks without one are nothing to a reader, a manifest without chunks is damage. */
    private void forget(long version, int chunks, List<ProducerRecord<byte[], byte[]>> tombstones) {
        tombstones.add(tombstone(version, SnapshotCodec.MANIFEST));
        for (int chunk = 0; chunk < chunks; chunk++) {
            tombstones.add(tombstone(version, Integer.toString(chunk)));
        }
    }

    private ProducerRecord<byte[], byte[]> tombstone(long version, String part) {
        byte[] key = (model + "/" + version + "/" + part).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, 0, key, null);
    }
}
