package dev.freshet.launcher;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.core.config.Config;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.registry.Serving;
import dev.freshet.launcher.PublishedModels.Version;
import dev.freshet.launcher.Table.Column;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Every published version on a line. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the published versions. Each is read whole and verified; one that servers would refuse is listed as "
                    + "damaged, with the reason.",
            "Loss and accuracy are those of the hold-out window when the version was published. The column \"served\" tells what"
                    + " people have decided: pinned, labels, quarantined."
        })
final class ModelsListCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafkaOptions = new KafkaOptions();

    @Option(names = "--model", paramLabel = "NAME", description = "This model's versions only; default: all models.")
    private @Nullable String model;

    @Option(names = "--json", description = "Prints a JSON array instead of a table, with the manifest's names.")
    private boolean json;

    /** One element of what {@code --json} prints; what is not known of a damaged version is left out. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Listed(
            String model,
            long version,
            @Nullable Long parentVersion,
            @Nullable Instant createdAt,
            @Nullable Long examples,
            @Nullable Evaluation candidate,
            @Nullable String net,
            @Nullable String engine,
            @Nullable String device,
            @Nullable String damage,
            boolean pinned,
            List<String> labels,
            @Nullable String quarantined) {
        static Listed of(Version version, Serving state) {
            Manifest manifest = version.manifest();
            return manifest == null
                    ? new Listed(
                            version.model(),
                            version.number(),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            version.damage(),
                            isPinned(version.number(), state),
                            labelsOf(version.number(), state),
                            state.whyQuarantined(version.number()))
                    : new Listed(
                            version.model(),
                            version.number(),
                            manifest.parentVersion(),
                            manifest.createdAt(),
                            manifest.examples(),
                            manifest.candidate(),
                            manifest.spec().summary(),
                            manifest.engine(),
                            manifest.device(),
                            null,
                            isPinned(version.number(), state),
                            labelsOf(version.number(), state),
                            state.whyQuarantined(version.number()));
        }
    }

    @Override
    public Integer call() {
        Config config = kafkaOptions.read();
        KafkaSettings kafka = KafkaSettings.from(config);
        config.requireValid();

        PublishedModels published = PublishedModels.read(kafka);
        Map<String, Serving> decided = PublishedModels.decided(kafka);
        List<Version> versions = model == null ? published.all() : published.of(model);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(ModelsCommand.json(versions.stream()
                    .map(version -> Listed.of(version, stateOf(version, decided)))
                    .toList()));
        } else if (versions.isEmpty()) {
            out.println("no version has been published in " + kafka.topics().models());
        } else {
            table(versions, decided).lines().forEach(out::println);
        }
        out.flush();
        return 0;
    }

    private static Table table(List<Version> versions, Map<String, Serving> decided) {
        Table table = new Table(List.of(
                Column.text("model"),
                Column.number("version"),
                Column.text("served"),
                Column.number("parent"),
                Column.text("created"),
                Column.number("examples"),
                Column.number("loss"),
                Column.number("accuracy"),
                Column.text("net"),
                Column.text("engine")));
        versions.forEach(version -> table.add(cells(version, stateOf(version, decided))));
        return table;
    }

    private static List<String> cells(Version version, Serving state) {
        Manifest manifest = version.manifest();
        if (manifest == null) {
            return List.of(version.model(), Long.toString(version.number()), "-", "damaged: " + version.damage());
        }
        return List.of(
                version.model(),
                Long.toString(version.number()),
                marks(version.number(), state),
                manifest.parentVersion() == 0 ? "-" : Long.toString(manifest.parentVersion()),
                manifest.createdAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                String.format(Locale.ROOT, "%,d", manifest.examples()),
                String.format(Locale.ROOT, "%.4f", manifest.candidate().loss()),
                String.format(Locale.ROOT, "%.2f %%", 100 * manifest.candidate().accuracy()),
                manifest.spec().summary(),
                manifest.engine());
    }

    private static Serving stateOf(Version version, Map<String, Serving> decided) {
        Serving state = decided.get(version.model());
        return state == null ? Serving.initial(version.model()) : state;
    }

    private static boolean isPinned(long version, Serving state) {
        return state.pinned() != null && state.pinned() == version;
    }

    /** In the order of their names. */
    private static List<String> labelsOf(long version, Serving state) {
        return state.labels().entrySet().stream()
                .filter(label -> label.getValue() == version)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Pinned, its labels, quarantined; a dash for nothing. */
    static String marks(long version, Serving state) {
        List<String> marks = new ArrayList<>();
        if (isPinned(version, state)) {
            marks.add("pinned");
        }
        marks.addAll(labelsOf(version, state));
        if (state.isQuarantined(version)) {
            marks.add("quarantined");
        }
        return marks.isEmpty() ? "-" : String.join(", ", marks);
    }
}
