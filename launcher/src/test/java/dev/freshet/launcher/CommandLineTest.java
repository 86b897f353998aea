package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "broker",
                "ingest",
                "train",
                "serve",
                "predict",
                "models",
                "models list",
                "models show",
                "models export",
                "models pin",
                "models label",
                "models rollback",
                "models quarantine",
                "recipe",
                "recipe list",
                "recipe show",
                "recipe run"
            })
    void everySubcommandHasHelp(String subcommand) {
        // When
        int exitCode = commandLine.execute((subcommand + " --help").split(" "));

        // Then
        assertThat(exitCode).isZero();
        assertThat(out.toString()).contains("Usage: freshet " + subcommand);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                               | subcommand",
                "nonsense                       | nonsense",
                "demo --rate fast               | fast",
                "demo --data nowhere:x          | nowhere:x",
                "demo --data idx:/does/not/exist | /does/not/exist",
                "ingest                         | SOURCE",
                "ingest digits --epochs 0       | ingest.epochs",
                "ingest digits --encoding gif   | protobuf, png",
                "ingest digits --resize large   | ingest.resize must be HEIGHTxWIDTH",
                "ingest circles --resize 4x4    | only images can be resized",
                "ingest digits --drift quake@5  | \"quake\" is no kind of drift",
                "ingest digits --drift label-swap:3,x@5 | class \"x\" is none of 0, 1",
                "demo --resize 2x28x28          | ingest.resize must be HEIGHTxWIDTH",
                "serve --port 99999             | [0, 65535]",
                "predict missing.png            | missing.png",
                "models                         | list, show, export, replay, pin, unpin, label",
                "models list --config no.yaml   | no.yaml",
                "models show                    | VERSION",
                "models show 0                  | latest",
                "models show 1 --model a/b      | model.name",
                "models export latest           | --format",
                "models export 1 --format gguf  | gguf",
                "train --config missing.yaml    | missing.yaml",
                "broker --port -1               | [0, 65535]",
                "recipe                         | subcommand",
                "recipe show mnist-17           | mnist-17",
                "recipe run mnist-16            | --data is missing",
                "recipe run mnist-16 --data digits     | has no end",
                "recipe run circles --epochs 0  | trainer.epochs",
                "recipe run circles --seed x    | --seed"
            })
    void aUsageErrorExitsWithTwoAndNamesTheValue(String arguments, String named) {
        // When
        int exitCode = commandLine.execute(arguments == null ? new String[0] : arguments.split(" +"));

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains(named).doesNotContain("\tat ");
    }

    @Test
    void everyMistakeInAConfigurationIsReportedAtOnce(@TempDir Path folder) throws Exception {
        // Given
        Path file = folder.resolve("wrong.yaml");
        Files.writeString(file, """
                model:
                  hidden: [{units: 0}]
                engine:
                  threads: none
                trainer:
                  mini-batch-size: 0
                  hold-out-share: 1.5
                  optimizer: {type: lion}
                  evaluation-intervall: 100
                """);

        // When
        int exitCode = commandLine.execute("train", "--config", file.toString());

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(List.of(err.toString().split("\n")))
                .filteredOn(line -> line.startsWith("  "))
                .hasSize(6)
                .anyMatch(line -> line.contains("model.hidden[0].units") && line.contains("[1, 65536]"))
                .anyMatch(line -> line.contains("engine.threads") && line.contains("\"none\""))
                .anyMatch(line -> line.contains("trainer.mini-batch-size") && line.contains("was 0"))
                .anyMatch(line -> line.contains("trainer.hold-out-share") && line.contains("(0, 0.9]"))
                .anyMatch(line -> line.contains("trainer.optimizer.type") && line.contains("adam, adamw, sgd"))
                .anyMatch(line -> line.contains("trainer.evaluation-intervall") && line.contains("is not a setting"));
    }

    @Test
    void everyMistakeInARecipeIsReportedAtOnce(@TempDir Path folder) throws Exception {
        // Given
        Path file = folder.resolve("wrong.yaml");
        Files.writeString(file, """
                recipe: {data: circles, validation: {of: test, share: 1.5}}
                model:
                  hidden: [{units: 8, activation: elu, alpha: -1, dropout: 1}]
                trainer:
                  epochs: 2.5
                  clip: {norm: 0}
                  schedule: {type: cosine, warm-up: 3 weeks}
                """);

        // When
        int exitCode = commandLine.execute("recipe", "run", file.toString());

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(List.of(err.toString().split("\n")))
                .filteredOn(line -> line.startsWith("  "))
                .hasSize(6)
                .anyMatch(line -> line.contains("recipe.validation.share must be a number in (0, 1], was 1.5"))
                .anyMatch(line -> line.contains("model.hidden[0].alpha must be a number in (0, 10], was -1"))
                .anyMatch(line -> line.contains("model.hidden[0].dropout must be a number in [0, 1), was 1"))
                .anyMatch(line -> line.contains("trainer.epochs must be a whole number in [1, 1000000], was 2.5"))
                .anyMatch(line -> line.contains("trainer.clip.norm must be a number in (0, 1000000000], was 0"))
                .anyMatch(line ->
                        line.contains("trainer.schedule.warm-up must be a length such as") && line.contains("3 weeks"));
    }

    @Test
    void listsTheRecipesAndShowsAFileThatCanBeRun() {
        // When
        int listed = commandLine.execute("recipe", "list");
        int shown = commandLine.execute("recipe", "show", "mnist-16");

        // Then
        assertThat(listed).isZero();
        assertThat(shown).isZero();
        assertThat(out.toString()).contains(Recipes.NAMES).contains("output: log-softmax");
    }
}
