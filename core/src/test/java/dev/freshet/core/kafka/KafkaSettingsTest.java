package dev.freshet.core.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {
    @Test
    void looksForABrokerOnThisMachineIfNobodySays() {
        // When
        KafkaSettings settings = KafkaSettings.from(Config.empty());

        // Then
        assertThat(settings.bootstrapServers()).isEqualTo("localhost:9092");
        assertThat(settings.topics()).isEqualTo(Topics.withPrefix("freshet."));
    }

    @Test
    void handsEverythingUnderKafkaToTheClients() {
        // Given
        Config config = Config.parse(
                "{kafka: {bootstrap.servers: \"a:1,b:2\", security: {protocol: SSL}}, topics: {prefix: x.}}", "test");

        // When
        KafkaSettings settings = KafkaSettings.from(config);

        // Then
        assertThatCode(config::requireValid).doesNotThrowAnyException();
        assertThat(settings.client()).isEqualTo(Map.of("bootstrap.servers", "a:1,b:2", "security.protocol", "SSL"));
        assertThat(settings.topics().images()).isEqualTo("x.images");
    }

    @Test
    void reportsMissingBrokersTogetherWithOtherProblems() {
        // Given
        Config config = Config.parse("{kafka: {bootstrap.servers: \"\"}, topics: {partitions: 0}}", "test");

        // When
        KafkaSettings settings = KafkaSettings.from(config);

        // Then
        assertThat(settings.bootstrapServers()).isEqualTo("localhost:9092");
        assertThatThrownBy(config::requireValid)
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> assertThat(e.problems())
                        .containsExactlyInAnyOrder(
                                "kafka.bootstrap.servers must name at least one host:port, was \"\"",
                                "topics.partitions must be a whole number in [1, 10000], was 0"));
    }

    @Test
    void letsWhatAClientMustHaveWinOverWhatThePersonSays() {
        // Given
        KafkaSettings settings = new KafkaSettings(
                Map.of("bootstrap.servers", "a:1", "isolation.level", "read_uncommitted", "fetch.max.bytes", "7"),
                Topics.withPrefix(""));

        // When
        Properties properties = settings.forClient("trainer", Map.of("isolation.level", "read_committed"));

        // Then
        assertThat(properties)
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("fetch.max.bytes", "7")
                .containsEntry("client.id", "freshet-trainer");
    }

    @Test
    void cannotBeWithoutABroker() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KafkaSettings(Map.of(), Topics.withPrefix("")))
                .withMessageContaining("bootstrap.servers");
    }
}
