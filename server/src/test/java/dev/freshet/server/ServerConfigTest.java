package dev.freshet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import dev.freshet.server.api.Batching;
import dev.freshet.server.http.Tls;
import dev.freshet.server.model.VersionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerConfigTest {
    @Test
    void readsItsSectionAndTheModelsName() {
        // Given
        Config root = Config.parse("""
                model:
                  name: digits
                  classes: 10
                server:
                  version: stable
                  admin: false
                  host: 127.0.0.1
                  port: 0
                  tls: {certificate: server.crt, key: server.key}
                  max-request-examples: 64
                  batching: {max-size: 32, max-delay: 2ms, queue: 100}
                  scoring-threads: 3
                  kafka-scoring: false
                  group-id: scorers
                  instance-id: server-1
                  exactly-once: false
                  commit-interval: 20ms
                  max-poll-records: 500
                """, "test.yaml");

        // When
        ServerConfig config = ServerConfig.from(root);

        // Then
        root.requireValid();
        assertThat(config)
                .isEqualTo(new ServerConfig(
                        "digits",
                        new VersionPolicy("stable"),
                        false,
                        "127.0.0.1",
                        0,
                        new Tls(Path.of("server.crt"), Path.of("server.key")),
                        64,
                        new Batching(32, Duration.ofMillis(2), 100),
                        3,
                        false,
                        "scorers",
                        "server-1",
                        false,
                        Duration.ofMillis(20),
                        500));
        assertThat(config.instanceIdOn(8080)).isEqualTo("server-1");
    }

    @Test
    void anInstanceWithoutAnIdIsNamedByItsPort() {
        assertThat(ServerConfig.defaults().instanceIdOn(8081)).endsWith("-8081");
    }

    @Test
    void reportsEveryProblemTogether() {
        // Given
        Config root = Config.parse("{model: {name: a/b}, server: {port: 70000, batch: 1}}", "test.yaml");

        // When
        ServerConfig.from(root);

        // Then
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(root::requireValid)
                .satisfies(invalid -> assertThat(invalid.problems())
                        .anyMatch(problem -> problem.startsWith("model.name"))
                        .anyMatch(problem -> problem.startsWith("server.port"))
                        .anyMatch(problem -> problem.startsWith("server.batch is not a setting")));
    }

    @Test
    void aQueueThatTheLargestRequestDoesNotFitIntoIsRefused() {
        // Given
        Config root = Config.parse("{server: {max-request-examples: 500, batching: {queue: 499}}}", "test.yaml");

        // When
        ServerConfig.from(root);

        // Then
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(root::requireValid)
                .satisfies(invalid -> assertThat(invalid.problems())
                        .containsExactly(
                                "server.batching.queue must be at least server.max-request-examples, 500, was 499"));
    }

    @Test
    void aCertificateNeedsItsKey() {
        // Given
        Config root = Config.parse("{server: {tls: {certificate: server.crt}}}", "test.yaml");

        // When
        ServerConfig.from(root);

        // Then
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(root::requireValid)
                .satisfies(invalid -> assertThat(invalid.problems())
                        .containsExactly("server.tls needs both certificate and key, was one of them"));
    }

    @Test
    void theQueueGrowsWithWhatOneRequestMayHold() {
        Config root = Config.parse("{server: {max-request-examples: 10000}}", "test.yaml");

        assertThat(ServerConfig.from(root).batching().queue()).isEqualTo(10_000);
    }

    @Test
    void anInvalidOneCannotExist() {
        Batching batching = ServerConfig.defaults().batching();
        for (int port : List.of(-1, 65_536)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ServerConfig(
                            "m",
                            VersionPolicy.LATEST,
                            true,
                            "h",
                            port,
                            null,
                            1,
                            batching,
                            1,
                            true,
                            "g",
                            "",
                            true,
                            Duration.ofMillis(100),
                            1000))
                    .withMessage("server.port must be in [0, 65535], was " + port);
        }
    }
}
