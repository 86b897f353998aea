package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command that talks to a broker takes. */
final class KafkaOptions {
    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to begin with; default: what --config says, or else localhost:9092.")
    private @Nullable String bootstrap;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file with sections kafka, topics, model, engine, ingest, trainer and server.")
    private @Nullable Path file;

    /** The file, or nothing, under the options. Sections of other processes are not looked at. */
    Config read() {
        Config config = file == null ? Config.empty() : Config.load(file);
        config.ignore("recipe", "kafka", "topics", "model", "engine", "ingest", "trainer", "server");
        return config.override("kafka.bootstrap.servers", bootstrap);
    }
}
