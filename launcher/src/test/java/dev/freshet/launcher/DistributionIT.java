package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build leaves in {@code target/freshet}, started as a user starts it. */
class DistributionIT {
    private static final Path LIBRARIES = Path.of("target", "freshet", "lib").toAbsolutePath();
    private static final String OF_DL4J = "nd4j|deeplearning4j|engine-dl4j|javacpp|openblas|fastutil";

    @TempDir
    private Path folder;

    @Test
    void holdsDeeplearning4jInAFolderOfItsOwnAndNothingTwice() throws IOException {
        // When
        List<String> application = jars(LIBRARIES);
        List<String> dl4j = jars(LIBRARIES.resolve("dl4j"));

        // Then
        assertThat(application).isNotEmpty().noneMatch(name -> name.matches("(" + OF_DL4J + ").*"));
        assertThat(dl4j)
                .anyMatch(name -> name.startsWith("engine-dl4j-"))
                .anyMatch(name -> name.startsWith("deeplearning4j-nn-"))
                .noneMatch(
                        name -> name.matches("(core|engine|protocol|slf4j-api|logback-classic|protobuf-java)-\\d.*"));
    }

    @Test
    void learnsAndAnswersOnDeeplearning4jFromItsFolder() throws Exception {
        // Given
        String settings = "engine: {type: dl4j}\ntrainer: {evaluation-interval: 300}";

        // When
        String said = demo(0, LIBRARIES + "/*", settings);

        // Then
        assertThat(said).contains("784-512-10 on dl4j").contains("answered by version");
    }

    @Test
    void namesTheFolderThatIsMissing() throws Exception {
        // Given: a command that has no folder beside it
        Path jar = LIBRARIES.resolve(jars(LIBRARIES).stream()
                .filter(name -> name.startsWith("launcher-"))
                .findFirst()
                .orElseThrow());
        Path elsewhere = Files.copy(jar, folder.resolve("launcher.jar"));

        // When
        String said = demo(2, elsewhere + File.pathSeparator + LIBRARIES + "/*", "engine: {type: dl4j}");

        // Then
        assertThat(said).contains("engine.type must be cpu or auto").contains(folder.resolve("dl4j") + " nor on");
    }

    @Test
    void printsWhatDoesNotEndALineToo() throws Exception {
        // When
        String said = run(0, LIBRARIES + "/*", "recipe", "show", "circles");

        // Then
        assertThat(said).endsWith(Recipes.text("circles"));
    }

    private static List<String> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .toList();
        }
    }

    /** Runs the demo in a process of its own and gives back what it printed. */
    private String demo(int exitCode, String classPath, String settings) throws Exception {
        Path file = Files.writeString(folder.resolve("settings.yaml"), settings);
        String[] command = {"demo", "--records", "1200", "--headless", "--exit-when-done", "--config", file.toString()};
        return run(exitCode, classPath, command);
    }

    private String run(int exitCode, String classPath, String... arguments) throws Exception {
        Path said = folder.resolve("said.txt");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g"));
        command.addAll(List.of("-cp", classPath, Main.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("ends by itself")
                    .isTrue();
            String text = Files.readString(said);
            assertThat(process.exitValue()).as(text).isEqualTo(exitCode);
            return text;
        } finally {
            process.destroyForcibly();
        }
    }
}
