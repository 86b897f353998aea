package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.freshet.core.config.Config;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import dev.freshet.server.ServerConfig;
import dev.freshet.trainer.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecipesTest {
    static Stream<Arguments> recipesOnTheirDataAndOnOthers() {
        InputSpec mnist = InputSpec.image(1, 28, 28);
        InputSpec cifar = InputSpec.image(3, 32, 32);
        InputSpec letters = InputSpec.image(1, 50, 50);
        return Recipes.NAMES.stream()
                .flatMap(name -> name.equals("circles")
                        ? Stream.of(arguments(name, InputSpec.point(2), 2, "2-64-32-1"))
                        : Stream.of(mnist, cifar, letters)
                                .map(input -> arguments(
                                        name,
                                        input,
                                        input.equals(letters) ? 26 : 10,
                                        input.size() + hidden(name) + (input.equals(letters) ? 26 : 10))));
    }

    private static String hidden(String name) {
        return switch (name) {
            case "mnist-512x512", "mnist-stream" -> "-512-512-";
            case "mnist-784x16", "mnist-784x16-best" -> "-784-16-";
            case "mnist-16" -> "-16-";
            case "mnist-256" -> "-256-";
            default -> "-128-";
        };
    }

    @ParameterizedTest
    @MethodSource("recipesOnTheirDataAndOnOthers")
    void areValidAndTakeInputSizeAndClassesFromTheData(String name, InputSpec input, int classes, String net) {
        // Given
        Config config = Recipes.read(name);

        // When
        Recipe recipe = Recipe.from(config);
        TrainerConfig trainer = TrainerConfig.from(config);
        ModelSpec spec =
                ModelSpec.from(config.section("model"), DefaultModel.forData(input, ModelSpec.numbered(classes)));

        // Then
        assertThatCode(config::requireValid).doesNotThrowAnyException();
        assertThat(spec.summary()).isEqualTo(net);
        assertThat(trainer.epochs() == null).isEqualTo(name.equals("mnist-stream"));
        assertThat(trainer.model()).isEqualTo(name);
        assertThat(recipe.validation() == null).isEqualTo(name.equals("mnist-stream"));
    }

    @Test
    void areConfigurationsThatAServerTakes() {
        // Given
        Config config = Recipes.read("circles").ignore("recipe", "trainer");

        // When
        ServerConfig server = ServerConfig.from(config);

        // Then
        assertThatCode(config::requireValid).doesNotThrowAnyException();
        assertThat(server.model()).isEqualTo("circles");
    }

    @Test
    void divideTheDataSetAsTheySay(@TempDir Path folder) throws IOException {
        // Given
        Path csv = folder.resolve("points.csv");
        StringBuilder lines = new StringBuilder("x,y,label\n");
        for (int i = 0; i < 200; i++) {
            lines.append(i).append(',').append(-i).append(',').append(i % 2).append('\n');
        }
        Files.writeString(csv, lines);
        SourceSpec source = SourceSpec.parse("csv:" + csv);
        long train = source.open(Split.TRAIN).size().orElseThrow();
        long test = source.open(Split.TEST).size().orElseThrow();

        // When
        RecipeData first = RecipeData.open(source, new Recipe.Validation(Recipe.Part.TRAIN, 0.2, Recipe.Choice.FIRST));
        RecipeData some =
                RecipeData.open(source, new Recipe.Validation(Recipe.Part.TEST, 0.5, Recipe.Choice.STRATIFIED));
        RecipeData all = RecipeData.open(source, new Recipe.Validation(Recipe.Part.TEST, 1, Recipe.Choice.FIRST));

        // Then
        assertThat(ids(first)).hasSize((int) train).doesNotHaveDuplicates();
        assertThat(ids(first).stream().filter(id -> id.startsWith("validation/")))
                .hasSize((int) Math.round(train * 0.2));
        assertThat(first.test().size()).hasValue(test);
        long chosen = Math.round(test * 0.5);
        assertThat(ids(some)).hasSize((int) (train + chosen)).doesNotHaveDuplicates();
        assertThat(some.test().size()).hasValue(test - chosen);
        assertThat(ids(all)).hasSize((int) (train + test));
        assertThat(all.test().size()).hasValue(test);
    }

    private static List<String> ids(RecipeData data) {
        return Stream.iterate(0L, i -> i + 1)
                .limit(data.stream().size().orElseThrow())
                .map(i -> data.stream().get(i).id())
                .toList();
    }

    @Test
    void nameWhatThereIsWhenAskedForAnother() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipes.read("mnist-17"))
                .withMessage("recipe \"mnist-17\" is neither a file nor one of " + String.join(", ", Recipes.NAMES));
    }
}
