package dev.freshet.core.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import dev.freshet.core.kafka.Topics.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    private final Topics topics = new Topics("x.", 8, (short) 3);

    @Test
    void beginWithThePrefix() {
        assertThat(topics.all()).extracting(Topic::name).allMatch(name -> name.startsWith("x."));
        assertThat(topics.all()).extracting(Topic::name).doesNotHaveDuplicates();
        assertThat(topics.all()).extracting(Topic::replicationFactor).containsOnly((short) 3);
    }

    @Test
    void keepAllOfAVersionInOnePartitionThatIsCompacted() {
        assertThat(topics.all())
                .filteredOn(topic -> topic.name().equals(topics.models()))
                .singleElement()
                .satisfies(topic -> {
                    assertThat(topic.partitions()).isEqualTo(1);
                    assertThat(topic.settings()).containsEntry("cleanup.policy", "compact");
                });
    }

    @Test
    void scaleWhereRecordsComeAtAHighRate() {
        assertThat(topics.all())
                .filteredOn(topic -> topic.partitions() == 8)
                .extracting(Topic::name)
                .containsExactlyInAnyOrder(topics.images(), topics.requests(), topics.predictions());
    }

    @Test
    void giveDeadLettersMoreRoomThanTheOriginals() {
        assertThat(topics.all())
                .filteredOn(topic -> topic.name().endsWith(".dlq"))
                .hasSize(2)
                .allSatisfy(topic -> assertThat(topic.settings()).containsEntry("max.message.bytes", "2097152"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "ä", "a\n"})
    void refuseAPrefixThatKafkaWouldRefuse(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Topics.withPrefix(prefix))
                .withMessageContaining("topics.prefix must consist of");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "prefix: \"a/b\"       | prefix must consist of at most 200 letters, digits, '.', '_' and '-', was \"a/b\"",
                "partitions: 0         | partitions must be a whole number in [1, 10000], was 0",
                "replication-factor: 0 | replication-factor must be at least 1, or -1 for the broker's default, was 0",
                "replication-factor: -2 | replication-factor must be a whole number in [-1, 32767], was -2",
            })
    void reportMistakesInTheConfiguration(String yaml, String problem) {
        // Given
        Config config = Config.parse(yaml, "test");

        // When
        Topics read = Topics.from(config);

        // Then
        assertThat(read).isEqualTo(Topics.withPrefix("freshet."));
        assertThatThrownBy(config::requireValid)
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> assertThat(e.problems())
                        .containsExactly(problem));
    }

    @Test
    void cannotBeWithoutPartitionsOrReplicas() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Topics("x.", 0, (short) 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Topics("x.", 1, (short) 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Topics("x.", 1, (short) -2));
    }
}
