package dev.freshet.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
    private enum Colour {
        DARK_RED,
        BLUE
    }

    @Test
    void givesDefaultsWhereTheFileSaysNothing() {
        for (Config config : List.of(Config.empty(), parse(""), parse("# nothing"), parse("a: {}"), parse("a:"))) {
            // When
            Config a = config.section("a");

            // Then
            assertThat(a.text("text", "t")).isEqualTo("t");
            assertThat(a.integer("integer", 7, 0, 9)).isEqualTo(7);
            assertThat(a.wholeNumber("long", 8, 0, 9)).isEqualTo(8);
            assertThat(a.number("number", 0.5, Interval.closed(0, 1))).isEqualTo(0.5);
            assertThat(a.flag("flag", true)).isTrue();
            assertThat(a.duration("duration", Duration.ofSeconds(3), Duration.ZERO, Duration.ofDays(1)))
                    .isEqualTo(Duration.ofSeconds(3));
            assertThat(a.oneOf("colour", Colour.BLUE)).isEqualTo(Colour.BLUE);
            assertThat(a.numbers("numbers", List.of(1.0))).containsExactly(1.0);
            assertThat(a.texts("texts", List.of("x"))).containsExactly("x");
            assertThat(a.sections("sections")).isEmpty();
            assertThat(a.passThrough()).isEmpty();
            assertThatCode(config::requireValid).doesNotThrowAnyException();
        }
    }

    @Test
    void readsWhatTheFileSays() {
        // Given
        Config a = parse("""
                        a:
                          text: hello
                          integer: 3
                          long: 9000000000
                          number: 1e-3
                          flag: false
                          duration: 250ms
                          colour: dark-red
                          numbers: [1, 2.5]
                          one: 4
                          texts: [x, 7]
                          sections: [{n: 1}, {n: 2}]
                        """).section("a");

        // Then
        assertThat(a.text("text", "t")).isEqualTo("hello");
        assertThat(a.integer("integer", 7, 0, 9)).isEqualTo(3);
        assertThat(a.wholeNumber("long", 8, 0, Long.MAX_VALUE)).isEqualTo(9_000_000_000L);
        assertThat(a.number("number", 0.5, Interval.closed(0, 1))).isEqualTo(0.001);
        assertThat(a.flag("flag", true)).isFalse();
        assertThat(a.duration("duration", Duration.ofSeconds(3), Duration.ZERO, Duration.ofDays(1)))
                .isEqualTo(Duration.ofMillis(250));
        assertThat(a.oneOf("colour", Colour.BLUE)).isEqualTo(Colour.DARK_RED);
        assertThat(a.numbers("numbers", List.of())).containsExactly(1.0, 2.5);
        assertThat(a.numbers("one", List.of())).containsExactly(4.0);
        assertThat(a.texts("texts", List.of())).containsExactly("x", "7");
        assertThat(a.sections("sections"))
                .extracting(section -> section.integer("n", 0, 0, 9))
                .containsExactly(1, 2);
        assertThatCode(a::requireValid).doesNotThrowAnyException();
    }

    @Test
    void reportsEveryProblemAtOnceWithKeyValueAndRange() {
        // Given
        Config root = parse("""
                trainer:
                  size: 0
                  rate: 2
                  wait: soon
                  colour: green
                  flag: maybe
                  sise: 3
                traner: {}
                """);
        Config trainer = root.section("trainer");
        int size = trainer.integer("size", 32, 1, 64);
        trainer.number("rate", 0.5, Interval.openClosed(0, 1));
        trainer.duration("wait", Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(5));
        trainer.oneOf("colour", Colour.BLUE);
        trainer.flag("flag", false);
        trainer.problem("size", 3, "must not be that");

        // Then
        assertThat(size).isEqualTo(32);
        assertThatThrownBy(root::requireValid)
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> assertThat(e.problems())
                        .containsExactlyInAnyOrder(
                                "trainer.size must be a whole number in [1, 64], was 0",
                                "trainer.rate must be a number in (0, 1], was 2",
                                "trainer.wait must be a duration such as 250ms, 10s or 5m in [0s, 300s], was \"soon\"",
                                "trainer.colour must be one of dark-red, blue, was \"green\"",
                                "trainer.flag must be true or false, was \"maybe\"",
                                "trainer.size must not be that, was 3",
                                "trainer.sise is not a setting; known here: size, rate, wait, colour, flag",
                                "traner is not a setting; known here: trainer"))
                .hasMessageStartingWith("test has 8 problems:\n  trainer.");
    }

    @Test
    void knowsTheKeysThatEachOfSeveralReadersOfOneSectionReads() {
        // Given
        Config root = parse("model: {name: m, units: 3, colour: red}");

        // When
        root.section("model").text("name", "");
        root.section("model").integer("units", 1, 1, 9);

        // Then
        assertThatThrownBy(root::requireValid)
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> assertThat(e.problems())
                        .containsExactly("model.colour is not a setting; known here: name, units"));
    }

    @Test
    void reportsUnknownKeysOfListedSections() {
        // Given
        Config root = parse("layers: [{units: 1}, {unit: 2}]");

        // When
        root.sections("layers").forEach(layer -> layer.integer("units", 1, 1, 9));

        // Then
        assertThatThrownBy(root::requireValid).hasMessageContaining("layers[1].unit is not a setting");
    }

    @Test
    void passesOverSectionsOfOtherProcesses() {
        // Given
        Config root = parse("server: {port: 1}").ignore("server", "trainer");

        // Then
        assertThatCode(root::requireValid).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: 1\na: 2", "a: {b: 1, b: 1}", "a: [", "a: 1\n---\nb: 2", "- 1", "text", "7", "\tx: 1"})
    void refusesWhatIsNoMappingOrIsAmbiguous(String yaml) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(yaml))
                .withMessageStartingWith("test ")
                .satisfies(
                        e -> assertThat(e.getMessage()).containsAnyOf("is not valid YAML", "must be a YAML mapping"));
    }

    @ParameterizedTest
    @CsvSource({
        "0ms, PT0S",
        "1ms, PT0.001S",
        "1.5s, PT1.5S",
        "90s, PT1M30S",
        "10 m, PT10M",
        "2h, PT2H",
        "7d, PT168H",
        "0.0004s, PT0S"
    })
    void readsDurations(String text, Duration expected) {
        // Given
        Config config = parse("a: " + text);

        // When
        Duration duration = config.duration("a", Duration.ofDays(30), Duration.ZERO, Duration.ofDays(7));

        // Then
        assertThat(duration).isEqualTo(expected);
        assertThatCode(config::requireValid).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10", "s", "-1s", "1 week", "PT1S", "8d", "99999999999999999999d", "1e3s", ".5s", "[1s]", "{}"})
    void reportsWhatIsNoDurationInRange(String text) {
        // Given
        Config config = parse("a: " + text);

        // When
        Duration duration = config.duration("a", Duration.ofSeconds(3), Duration.ZERO, Duration.ofDays(7));

        // Then
        assertThat(duration).isEqualTo(Duration.ofSeconds(3));
        assertThatThrownBy(config::requireValid).hasMessageContaining("a must be a duration such as");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1.5", "x", "true", "[1]", "{}", "9223372036854775808", "-1", "10", "4294967297", "\"\"", "0x"})
    void reportsWhatIsNoWholeNumberInRange(String text) {
        // Given
        Config config = parse("a: " + text);

        // When
        int integer = config.integer("a", 5, 0, 9);

        // Then
        assertThat(integer).isEqualTo(5);
        assertThatThrownBy(config::requireValid).hasMessageContaining("a must be a whole number in [0, 9], was ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-0.1", "0", "1.1", "x", "[0.5]", "{}"})
    void reportsWhatIsNoNumberInRange(String text) {
        // Given
        Config config = parse("a: " + text);

        // When
        double number = config.number("a", 0.5, Interval.openClosed(0, 1));

        // Then
        assertThat(number).isEqualTo(0.5);
        assertThatThrownBy(config::requireValid).hasMessageContaining("a must be a number in (0, 1], was ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"  \"", "[]", "{b: c}"})
    void reportsAnEmptyText(String text) {
        // Given
        Config config = parse("a: " + text);

        // When
        String read = config.text("a", "x");

        // Then
        assertThat(read).isEqualTo("x");
        assertThatThrownBy(config::requireValid).hasMessageContaining("a must be a text");
    }

    @Test
    void reportsAScalarInTheSectionsPlaceOnce() {
        // Given
        Config root = parse("a: 5");

        // When
        root.section("a").integer("b", 1, 0, 1);
        root.section("a").integer("b", 1, 0, 1);

        // Then
        assertThatThrownBy(root::requireValid)
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> assertThat(e.problems())
                        .containsExactly("a must be a mapping, was 5"));
    }

    @Test
    void takesTheCommandLineOverTheFile() {
        // Given
        Config config = parse("{trainer: {size: 3, rate: 1}, kafka: {bootstrap.servers: \"file:1\"}}");

        // When
        config.override("trainer.size", 4)
                .override("trainer.rate", null)
                .override("server.port", 0)
                .override("kafka.bootstrap.servers", "line:2");

        // Then
        assertThat(config.section("trainer").integer("size", 1, 0, 9)).isEqualTo(4);
        assertThat(config.section("trainer").integer("rate", 9, 0, 9)).isEqualTo(1);
        assertThat(config.section("server").integer("port", 9, 0, 9)).isZero();
        assertThat(config.section("kafka").passThrough()).isEqualTo(Map.of("bootstrap.servers", "line:2"));
        assertThatCode(config::requireValid).doesNotThrowAnyException();
    }

    @Test
    void takesTheCommandLineOverANestedKeyOfTheFile() {
        // Given
        Config config = parse("kafka: {bootstrap: {servers: \"file:1\"}}");

        // When
        config.override("kafka.bootstrap.servers", "line:2");

        // Then
        assertThat(config.section("kafka").passThrough()).containsEntry("bootstrap.servers", "line:2");
    }

    @Test
    void passesSettingsThroughAsText() {
        // Given
        Config config = parse("""
                kafka:
                  bootstrap.servers: [a:1, b:2]
                  linger.ms: 5
                  enable.idempotence: true
                  ssl: {truststore: {location: /t}, key.password: null}
                  sasl.jaas.config:
                """);

        // When
        Map<String, String> settings = config.section("kafka").passThrough();

        // Then
        assertThat(settings)
                .isEqualTo(Map.of(
                        "bootstrap.servers",
                        "a:1,b:2",
                        "linger.ms",
                        "5",
                        "enable.idempotence",
                        "true",
                        "ssl.truststore.location",
                        "/t"));
        assertThatCode(config::requireValid).doesNotThrowAnyException();
    }

    @Test
    void loadsAFileAndNamesItInMessages(@TempDir Path directory) throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("freshet.yaml"), "a: 1");

        // When
        Config config = Config.load(file);

        // Then
        assertThatThrownBy(config::requireValid).hasMessageStartingWith(file + " has 1 problem:\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Config.load(directory.resolve("missing.yaml")))
                .withMessageContaining("there is no such file");
    }

    private static Config parse(String yaml) {
        return Config.parse(yaml, "test");
    }
}
