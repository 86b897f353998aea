package dev.freshet.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings that compose and Kubernetes start with are read by the code that reads them there. */
class DeployedSettingsTest {
    @ParameterizedTest
    @ValueSource(strings = {"deploy/freshet.yaml", "deploy/kubernetes/base/freshet.yaml"})
    void fitTheDigitsThatTheIngestDraws(String file) {
        // Given
        Config config = Config.load(Path.of("..").resolve(file));
        ModelSpec otherwise = new ModelSpec(InputSpec.point(2), List.of(), ModelSpec.numbered(2));

        // When
        KafkaSettings kafka = KafkaSettings.from(config);
        Config model = config.section("model");
        ModelSpec spec = ModelSpec.from(model, otherwise);
        String name = model.text("name", "none");
        config.requireValid();

        // Then
        assertThat(spec.summary()).isEqualTo("784-256-10");
        assertThat(spec.input().isImage()).isTrue();
        assertThat(name).isEqualTo("digits");
        assertThat(kafka.topics().prefix()).isEqualTo("freshet.");
    }
}
