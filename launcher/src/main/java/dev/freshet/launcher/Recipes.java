package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The recipes that come with Freshet, each a YAML file as anybody may write one. */
final class Recipes {
    /** In the order in which people read about them. */
    static final List<String> NAMES = List.of(
            "mnist-512x512",
            "mnist-784x16",
            "mnist-784x16-best",
            "mnist-16",
            "mnist-256",
            "mnist-stream",
            "cifar10-128",
            "cifar10-128-best",
            "circles");

    private Recipes() {}

    /**
     * The file of a recipe.
     *
     * @param name of one that comes with Freshet, or the path of a file
     * @throws IllegalArgumentException if it is neither
     */
    static String text(String name) {
        if (NAMES.contains(name)) {
            try (InputStream file = Recipes.class.getResourceAsStream("/recipes/" + name + ".yaml")) {
                if (file == null) {
                    throw new IllegalStateException("recipe " + name + " is missing in this build");
                }
                return new String(file.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read recipe " + name, e);
            }
        }
        Path path = Path.of(name);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException(
                    "recipe \"" + name + "\" is neither a file nor one of " + String.join(", ", NAMES));
        }
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** The same, parsed; where the file does not name the model, it is called after the recipe. */
    static Config read(String name) {
        Config config = Config.parse(text(name), NAMES.contains(name) ? "recipe " + name : name);
        if (NAMES.contains(name) && !config.section("model").has("name")) {
            config.override("model.name", name);
        }
        return config.ignore("topics", "engine", "server");
    }
}
