package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.ModelName;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import dev.freshet.core.registry.Serving;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command that is about one published version takes. */
final class ModelOptions {
    @Mixin
    private final KafkaOptions kafkaOptions = new KafkaOptions();

    @Mixin
    private final VersionParameter version = new VersionParameter();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model's name; default: what --config says, or else default.")
    private @Nullable String model;

    /** The settings, of which nothing has been read yet. */
    Config config() {
        return kafkaOptions.read().override("model.name", model);
    }

    /** What people have decided about versions, by model. */
    Map<String, Serving> decided() {
        return PublishedModels.decided(KafkaSettings.from(config()));
    }

    /** The version, verified, from the topic. */
    Assembled.Complete find() {
        Config config = config();
        KafkaSettings kafka = KafkaSettings.from(config);
        // What else the section says is for those who train it.
        String name = ModelName.from(config.section("model").ignore("input", "hidden", "classes", "output"));
        config.requireValid();
        return PublishedModels.find(kafka, name, version.choice());
    }
}
