package dev.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.config.Config;
import dev.freshet.ingest.drift.ScriptedDrift;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class IngestConfigTest {
    @Test
    void isOnePassAsFastAsPossibleByDefault() {
        // Given
        Config root = Config.empty();

        // When
        IngestConfig config = IngestConfig.from(root.section("ingest"));

        // Then
        root.requireValid();
        assertThat(config).isEqualTo(IngestConfig.onePass());
    }

    @Test
    void readsEverySetting() {
        // Given
        Config root = Config.parse(
                "ingest: {rate: 250.5, epochs: 3, shuffle: -4, limit: 1000, encoding: png}", "freshet.yaml");

        // When
        IngestConfig config = IngestConfig.from(root.section("ingest"));

        // Then
        root.requireValid();
        assertThat(config)
                .isEqualTo(new IngestConfig(250.5, 3, OptionalLong.of(-4), OptionalLong.of(1000), Encoding.PNG));
    }

    @Test
    void readsDrifts() {
        // Given
        Config root = Config.parse("ingest: {drift: ['inversion@5', 'noise:1@7/2'], seed: 9}", "freshet.yaml");

        // When
        IngestConfig config = IngestConfig.from(root.section("ingest"));

        // Then
        root.requireValid();
        assertThat(config.drifts()).map(ScriptedDrift::toString).containsExactly("inversion@5", "noise:1@7/2");
        assertThat(config.driftSeed()).isEqualTo(9);
    }

    @Test
    void namesEveryWrongDrift() {
        // Given
        Config root = Config.parse("ingest: {drift: ['inversion', 'noise:1@7', 'quake@1']}", "freshet.yaml");

        // When
        IngestConfig.from(root.section("ingest"));

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(root::requireValid)
                .withMessageContaining(
                        "ingest.drift must hold drifts of an accepted form: drift \"inversion\": there is no")
                .withMessageContaining("\"quake\" is no kind of drift")
                .withMessageNotContaining("noise:1@7\"");
    }

    @Test
    void namesEveryWrongSetting() {
        // Given
        Config root = Config.parse("ingest: {rate: 0, epochs: 0, limit: 0, encoding: gif, speed: 3}", "freshet.yaml");

        // When
        IngestConfig.from(root.section("ingest"));

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(root::requireValid)
                .withMessageContaining("ingest.rate must be a number in (0, 1000000000], was 0")
                .withMessageContaining("ingest.epochs")
                .withMessageContaining("ingest.limit")
                .withMessageContaining("ingest.encoding must be one of protobuf, png, was \"gif\"")
                .withMessageContaining("ingest.speed is not a setting");
    }

    @Test
    void cannotBeMadeWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new IngestConfig(Double.NaN, 1, OptionalLong.empty(), OptionalLong.empty(), Encoding.PNG))
                .withMessage("ingest.rate must be greater than 0, was NaN");
    }
}
