package dev.freshet.launcher;

import static java.util.stream.Collectors.joining;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Registry;
import dev.freshet.core.model.ModelName;
import dev.freshet.core.registry.Authorship;
import dev.freshet.core.registry.Catalog;
import dev.freshet.core.registry.Change;
import dev.freshet.core.registry.Quarantined;
import dev.freshet.core.registry.RefusedChangeException;
import dev.freshet.core.registry.Serving;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What every command takes that changes what is served, and how it is changed. */
final class ChangeOptions {
    @Mixin
    private final KafkaOptions kafkaOptions = new KafkaOptions();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The model's name; default: what --config says, or else default.")
    private @Nullable String model;

    @Option(
            names = "--why",
            paramLabel = "TEXT",
            required = true,
            description = "Why, for those who read the topic decisions later.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String why;

    @Option(names = "--who", paramLabel = "NAME", description = "Who decides; default: the user's name.")
    private @Nullable String who;

    /**
     * Makes the change and prints the state after it.
     *
     * @param change asked with the model's versions
     * @return the command's exit code
     * @throws IllegalArgumentException if there is no such version or label, or the change is wrong
     * @throws IllegalStateException if the state does not allow it
     * @throws org.apache.kafka.common.KafkaException if there is no broker, or it refuses
     */
    int make(CommandSpec spec, Function<Catalog, Change> change) {
        Config config = kafkaOptions.read().override("model.name", model);
        KafkaSettings kafka = KafkaSettings.from(config);
        String name = ModelName.from(config.section("model").ignore("input", "hidden", "classes", "output"));
        config.requireValid();
        Authorship by = new Authorship(who == null ? System.getProperty("user.name", "") : who, why);

        Catalog catalog = PublishedModels.read(kafka).catalog(name);
        Serving after;
        try {
            after = new Registry(kafka, Clock.systemUTC())
                    .change(name, change.apply(catalog), by, () -> catalog)
                    .after();
        } catch (RefusedChangeException e) {
            throw e.reason() == RefusedChangeException.Reason.NOT_FOUND
                    ? new IllegalArgumentException(e.getMessage(), e)
                    : new IllegalStateException(e.getMessage(), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("model \"" + name + "\", revision " + after.revision() + ": " + describe(after));
        out.flush();
        return 0;
    }

    /** Such as {@code version 7 is pinned; labels: canary 9 (10 %), stable 7; quarantined: 8}. */
    static String describe(Serving state) {
        String quarantined =
                state.quarantined().stream().map(Quarantined::versions).collect(joining(", "));
        String labels = state.labels().entrySet().stream()
                .map(label -> label.getKey() + " " + label.getValue()
                        + (label.getKey().equals(Serving.CANARY) ? " (" + percent(state.canaryWeight()) + ")" : ""))
                .collect(joining(", "));
        return (state.pinned() == null ? "nothing is pinned" : "version " + state.pinned() + " is pinned")
                + (labels.isEmpty() ? "" : "; labels: " + labels)
                + (quarantined.isEmpty() ? "" : "; quarantined: " + quarantined);
    }

    private static String percent(double weight) {
        return (weight == Math.rint(weight) ? Long.toString((long) weight) : Double.toString(weight)) + " %";
    }
}
