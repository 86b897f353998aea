package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.launcher.report.ReportWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Published experiments, run through Kafka. */
@Command(
        name = "recipe",
        mixinStandardHelpOptions = true,
        description = "Runs published experiments end to end through Kafka, on their data set or on another one.")
final class RecipeCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which subcommand?");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the recipes, what each learns and what was published of it.")
    int list() {
        PrintWriter out = spec.commandLine().getOut();
        for (String name : Recipes.NAMES) {
            Recipe recipe = Recipe.from(Recipes.read(name));
            out.printf(Locale.ROOT, "%-18s %s%n", name, recipe.description());
            out.printf(
                    Locale.ROOT,
                    "%-18s on %s%s%n",
                    "",
                    recipe.dataSet(),
                    recipe.published().isEmpty() ? "" : "; published: " + recipe.published());
        }
        out.printf("%nfreshet recipe show NAME prints the file, from which you can begin one of your own.%n");
        return 0;
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Prints the file of a recipe.")
    int show(@Parameters(paramLabel = "NAME", description = "As recipe list has it.") String name) {
        spec.commandLine().getOut().print(Recipes.text(name));
        return 0;
    }

    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = {
                "Runs a broker, ingest, a trainer and a server in one JVM: the data set goes into a topic, the trainer learns"
                        + " it in epochs, or once as it comes, and publishes through the gate, and the test images are"
                        + " answered by the served model."
            })
    int run(
            @Parameters(paramLabel = "NAME", description = "As recipe list has it, or the path of a file of your own.")
                    String name,
            @Option(
                            names = "--data",
                            paramLabel = "SOURCE",
                            description =
                                    "The data set, as in `freshet ingest --help`; input size and classes follow it.")
                    @Nullable
                    String data,
            @Option(
                            names = "--resize",
                            paramLabel = "HxW",
                            description =
                                    "Scales all images to this height and width, such as 28x28 (CxHxW: with C channels).")
                    @Nullable
                    String resize,
            @Option(names = "--summary", paramLabel = "FILE", description = "Writes the run's figures there as JSON.")
                    @Nullable
                    Path summary,
            @Option(
                            names = "--report",
                            paramLabel = "DIR",
                            description =
                                    "Writes a page with curves, tables and pictures there, and the pictures as PNG.")
                    @Nullable
                    Path report,
            @Option(names = "--seed", paramLabel = "N", description = "Instead of the recipe's trainer.seed.") @Nullable
                    Long seed,
            @Option(names = "--epochs", paramLabel = "N", description = "Instead of the recipe's trainer.epochs.")
                    @Nullable
                    Integer epochs,
            @Option(
                            names = "--dir",
                            paramLabel = "DIR",
                            description = "Keeps the broker's data there; default: a temporary folder.")
                    @Nullable
                    Path directory,
            @Option(names = "--port", description = "Of the server; default: any free one.") @Nullable Integer port)
            throws Exception {
        LogLevels.onlyWarnings();
        Config config = Recipes.read(name)
                .override("trainer.seed", seed)
                .override("trainer.epochs", epochs)
                .override("ingest.resize", resize)
                .override("server.port", port == null ? Integer.valueOf(0) : port);
        RecipeRun run = RecipeRun.of(
                name, config, data, new StatusLine(spec.commandLine().getOut()));
        ReportWriter writer = report == null ? null : ReportWriter.open(report);
        try (Stopping stopping = Stopping.onSignal(() -> {})) {
            Summary figures = run.run(directory, writer, stopping);
            if (summary != null) {
                figures.write(summary);
            }
        }
        return 0;
    }
}
