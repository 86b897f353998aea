package dev.freshet.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class KeptVersionsTest {
    @Test
    void takesAwayWhatIsOlderThanTheNewest() {
        // Given
        KeptVersions kept = new KeptVersions("models", "m", 3, Map.of(1L, 2, 2L, 0, 5L, 1), Set::of);

        // When
        List<String> sixth = keys(kept.add(6, 1));
        List<String> seventh = keys(kept.add(7, 1));
        List<String> eighth = keys(kept.add(8, 1));

        // Then
        assertThat(sixth).containsExactly("m/1/manifest", "m/1/0", "m/1/1");
        assertThat(seventh).containsExactly("m/2/manifest");
        assertThat(eighth).containsExactly("m/5/manifest", "m/5/0");
    }

    @Test
    void takesAwayAtOnceWhatATrainerThatKeptMoreHasLeft() {
        // Given
        KeptVersions kept = new KeptVersions("models", "m", 2, Map.of(1L, 0, 2L, 0, 3L, 0, 4L, 0), Set::of);

        // When
        List<String> fifth = keys(kept.add(5, 0));

        // Then
        assertThat(fifth).containsExactly("m/1/manifest", "m/2/manifest", "m/3/manifest");
    }

    @Test
    void leavesThoseThatAreInUseForAsLongAsTheyAre() {
        // Given
        Set<Long> inUse = new HashSet<>(Set.of(2L));
        KeptVersions kept = new KeptVersions("models", "m", 2, Map.of(1L, 0, 2L, 0, 3L, 0), () -> inUse);

        // When
        List<String> before = keys(kept.add(4, 0));
        inUse.clear();
        List<String> after = keys(kept.add(5, 0));

        // Then
        assertThat(before).containsExactly("m/1/manifest");
        assertThat(after).containsExactly("m/2/manifest", "m/3/manifest");
    }

    @Test
    void leavesAllForNowWhereNobodyCanSayWhatIsInUse() {
        // Given
        AtomicBoolean knows = new AtomicBoolean();
        KeptVersions kept = new KeptVersions("models", "m", 1, Map.of(1L, 0), () -> {
            if (knows.get()) {
                return Set.of();
            }
            throw new TimeoutException("no answer");
        });

        // When
        List<String> before = keys(kept.add(2, 0));
        knows.set(true);
        List<String> after = keys(kept.add(3, 0));

        // Then
        assertThat(before).isEmpty();
        assertThat(after).containsExactly("m/1/manifest", "m/2/manifest");
    }

    @Test
    void leavesAllWhereThereIsNoLimit() {
        // Given
        KeptVersions kept = new KeptVersions("models", "m", 0, Map.of(1L, 1), () -> {
            throw new AssertionError("nobody needs to be asked");
        });

        // When
        List<String> removed = keys(kept.add(1_000, 1));

        // Then
        assertThat(removed).isEmpty();
    }

    private static List<String> keys(List<ProducerRecord<byte[], byte[]>> records) {
        assertThat(records).allSatisfy(record -> {
            assertThat(record.topic()).isEqualTo("models");
            assertThat(record.partition()).isZero();
            assertThat(record.value()).isNull();
        });
        return records.stream().map(record -> new String(record.key(), UTF_8)).toList();
    }
}
