package dev.freshet.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerConfigTest {
    private static final Path DIRECTORY = Path.of("broker-data");

    @Test
    void refusesADirectoryThatKafkaWouldTakeForTwo() {
        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BrokerConfig.local(Path.of("a,b")))
                .withMessageStartingWith("directory must not contain a comma")
                .withMessageEndingWith("a,b");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536})
    void refusesPortsThatDoNotExist(int port) {
        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BrokerConfig(DIRECTORY, port, "localhost"))
                .withMessage("port must be in [0, 65535], was " + port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "localhost:9092", "PLAINTEXT://localhost", "a,b", "-"})
    void refusesHostsThatAreMoreThanAName(String host) {
        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BrokerConfig(DIRECTORY, 9092, host))
                .withMessageStartingWith("host must be a host name or an IPv4 address")
                .withMessageEndingWith("was '" + host + "'");
    }

    @Test
    void refusesTheWildcardAddressThatNoClientCanConnectTo() {
        // When, Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BrokerConfig(DIRECTORY, 9092, "0.0.0.0"))
                .withMessageContaining("host must be a name that clients can connect to");
    }

    @Test
    void keepsALocalBrokerOffTheNetwork() {
        // When
        BrokerConfig config = BrokerConfig.local(DIRECTORY);

        // Then
        assertThat(config.bindAddress()).isEqualTo("localhost");
        assertThat(config.port()).isZero();
    }

    @Test
    void listensOnAllInterfacesForAnyOtherHost() {
        // When
        BrokerConfig config = new BrokerConfig(DIRECTORY, 9092, "broker.example.org");

        // Then
        assertThat(config.bindAddress()).isEqualTo("0.0.0.0");
    }
}
