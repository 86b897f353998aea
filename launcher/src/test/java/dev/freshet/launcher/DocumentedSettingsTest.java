package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.ingest.IngestConfig;
import dev.freshet.ingest.source.ImageShape;
import dev.freshet.server.ServerConfig;
import dev.freshet.trainer.TrainerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DocumentedSettingsTest {
    @Test
    void everySettingOnThePageIsOneThatAProcessReads() throws Exception {
        // Given
        String page = Files.readString(Path.of("../docs/configuration.md"));
        Config config =
                Config.parse(page.substring(page.indexOf("```yaml") + 7, page.lastIndexOf("```")), "configuration.md");

        // When
        KafkaSettings.from(config);
        ModelSpec.from(config.section("model"), DefaultModel.forMnist());
        Engines.from(config);
        IngestConfig.from(config.section("ingest"));
        ImageShape.wanted(config);
        TrainerConfig.from(config);
        ServerConfig.from(config);

        // Then
        assertThatCode(config::requireValid).doesNotThrowAnyException();
    }
}
