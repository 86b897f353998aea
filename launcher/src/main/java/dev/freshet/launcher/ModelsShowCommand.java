package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.registry.Serving;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The manifest of one version. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows what is known of a published version: its net, what it has learned from, how it did.")
final class ModelsShowCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ModelOptions options = new ModelOptions();

    @Option(names = "--json", description = "Prints the manifest itself.")
    private boolean json;

    @Override
    public Integer call() {
        Manifest manifest = options.find().snapshot().manifest();
        Serving state = options.decided().getOrDefault(manifest.model(), Serving.initial(manifest.model()));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(ModelsCommand.json(manifest));
        } else {
            Map<String, String> lines = describe(manifest);
            lines.put("served", ModelsListCommand.marks(manifest.version(), state));
            String reason = state.whyQuarantined(manifest.version());
            if (reason != null) {
                lines.put("quarantined", reason);
            }
            lines.forEach((name, text) -> out.println(String.format(Locale.ROOT, "%-12s%s", name, text)));
        }
        out.flush();
        return 0;
    }

    /** By name, in order. */
    private static Map<String, String> describe(Manifest manifest) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("model", manifest.model());
        lines.put("version", Long.toString(manifest.version()));
        lines.put("parent", manifest.parentVersion() == 0 ? "none" : Long.toString(manifest.parentVersion()));
        lines.put("created", manifest.createdAt().toString());
        lines.put("engine", manifest.engine());
        if (manifest.device() != null) {
            lines.put("device", manifest.device());
        }
        lines.putAll(describe(manifest.spec()));
        lines.put("held out", describe(manifest.candidate()));
        Evaluation champion = manifest.champion();
        lines.put("predecessor", champion == null ? "none" : describe(champion));
        lines.put(
                "learned",
                String.format(Locale.ROOT, "%,d examples in %,d steps", manifest.examples(), manifest.steps())
                        + (manifest.epoch() == null ? "" : ", after epoch " + manifest.epoch()));
        lines.put("from", describe(manifest.learnedFrom()));
        lines.put("to", describe(manifest.learnedTo()));
        lines.put("file", String.format(Locale.ROOT, "%,d bytes of safetensors", manifest.bytes()));
        lines.put("sha256", manifest.sha256());
        for (int i = 0; i < manifest.chunks().size(); i++) {
            lines.put("  chunk " + i, manifest.chunks().get(i));
        }
        return lines;
    }

    private static Map<String, String> describe(ModelSpec spec) {
        Map<String, String> lines = new LinkedHashMap<>();
        long parameters = spec.parameterShapes().values().stream()
                .mapToLong(shape -> shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b))
                .sum();
        lines.put("net", String.format(Locale.ROOT, "%s, %,d parameters", spec.summary(), parameters));
        lines.put("  input", describe(spec.input()));
        for (int i = 0; i < spec.hidden().size(); i++) {
            lines.put("  hidden " + i, describe(spec.hidden().get(i)));
        }
        lines.put("  output", Config.nameOf(spec.output()));
        lines.put("classes", spec.classes().size() + ": " + String.join(", ", spec.classes()));
        return lines;
    }

    private static String describe(InputSpec input) {
        return input.shape()
                + (input.mean().isEmpty() ? "" : ", mean " + input.mean())
                + (input.std().isEmpty() ? "" : ", standard deviation " + input.std());
    }

    private static String describe(LayerSpec layer) {
        BatchNorm norm = layer.batchNorm();
        return layer.units() + " units"
                + (norm == null
                        ? ""
                        : ", batch normalisation of momentum " + norm.momentum() + " and epsilon " + norm.epsilon())
                + ", " + Config.nameOf(layer.activation())
                + (layer.activation().hasAlpha() ? " of alpha " + layer.alpha() : "")
                + (layer.dropout() == 0 ? "" : ", dropout " + layer.dropout());
    }

    private static String describe(Evaluation evaluation) {
        return String.format(
                Locale.ROOT,
                "loss %.4f, accuracy %.2f %% on %,d examples",
                evaluation.loss(),
                100 * evaluation.accuracy(),
                evaluation.examples());
    }

    private static String describe(Offsets offsets) {
        return offsets.next().isEmpty()
                ? "the beginning of " + offsets.topic()
                : offsets.topic() + ", partition and next offset: "
                        + offsets.next().entrySet().stream()
                                .map(next -> String.format(Locale.ROOT, "%d: %,d", next.getKey(), next.getValue()))
                                .collect(Collectors.joining("; "));
    }
}
