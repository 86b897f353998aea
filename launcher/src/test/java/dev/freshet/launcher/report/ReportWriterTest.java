package dev.freshet.launcher.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.model.InputSpec;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {
    private static final InputSpec INPUT = InputSpec.image(1, 8, 8);
    private static final List<String> CLASSES = List.of("zero", "<b>one</b> & \"two\"", "three");

    @TempDir
    private Path folder;

    @Test
    void writesEveryPictureOfImagesIntoTheFolderAndIntoThePage() throws Exception {
        // When
        ReportWriter.open(folder).write(imageReport());

        // Then
        assertThat(files())
                .containsExactly(
                        "accuracy.png",
                        "confusion.png",
                        "examples.png",
                        "index.html",
                        "loss.png",
                        "mistakes.png",
                        "pixels.png",
                        "predictions.png");
        BufferedImage loss = read("loss.png");
        assertThat(loss.getWidth()).isEqualTo(1_120);
        assertThat(loss.getHeight()).isEqualTo(720);
        String page = page();
        for (String file : files()) {
            if (file.endsWith(".png")) {
                String data = Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve(file)));
                assertThat(page).as(file).contains("src=\"data:image/png;base64," + data + "\"");
                assertThat(read(file).getWidth() / 2).as(file).isLessThanOrEqualTo(1_100);
            }
        }
        assertThat(page.split("prefers-color-scheme: dark\\)\" srcset=", -1)).hasSize(7 + 1);
    }

    @Test
    void hasTheAccuracyLinesAndEscapesNames() throws Exception {
        // When
        ReportWriter.open(folder).write(imageReport());

        // Then
        assertThat(page())
                .contains("<td>Test accuracy of zero: 66% (2/3)</td>")
                .contains("<td>Test accuracy of &lt;b&gt;one&lt;/b&gt; &amp; &quot;two&quot;: 0% (0/1)</td>")
                .contains("<td>Test accuracy of three: N/A (no test examples)</td>")
                .contains("<td>Test accuracy (overall): 50% (2/4)</td>")
                .contains("<h1>a &lt;i&gt;title&lt;/i&gt;</h1>")
                .contains("<dt>net</dt><dd>64-16-3 &amp; &#39;more&#39;</dd>")
                .contains(
                        "<td>2</td><td>0.5000</td><td>75.00 %</td><td>0.6000</td><td>70.00 %</td><td>0.05000</td><td>v3</td>")
                .doesNotContain("<b>")
                .doesNotContain("<i>");
    }

    @Test
    void loadsNothingFromAnywhere() throws Exception {
        // When
        ReportWriter.open(folder).write(imageReport());

        // Then
        String page = page();
        assertThat(page).doesNotContain("://", "url(", "@import", "<script", "<iframe", "<object");
        Matcher references =
                Pattern.compile("(?:src|srcset|href|action|poster)=\"([^\"]*)").matcher(page);
        int found = 0;
        while (references.find()) {
            assertThat(references.group(1)).startsWith("data:");
            found++;
        }
        assertThat(found).isEqualTo(2 * 7 + 1);
        assertThat(page).contains("default-src 'none'; img-src data:;");
    }

    @Test
    void drawsRegionsInsteadOfPicturesForPoints() throws Exception {
        // Given
        ImageSource circles = SourceSpec.parse("circles").open(Split.TEST);
        List<LabelledImage> points = new ArrayList<>();
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            points.add(circles.get(i));
            answers.add(new Answer(circles.get(i), circles.get(i).label(), new float[2]));
        }
        GridShape shape = GridShape.around(points);
        DecisionGrid regions = new DecisionGrid(shape, 2, new float[shape.rows() * shape.columns() * 2]);

        // When
        ReportWriter.open(folder)
                .write(new RunReport(
                        "circles", List.of(), circles.input(), circles.classes(), epochs(), points, answers, regions));

        // Then
        assertThat(files())
                .containsExactly("accuracy.png", "confusion.png", "decision-boundary.png", "index.html", "loss.png");
        assertThat(page()).contains("Decision regions").doesNotContain("Predictions", "Training data");
    }

    @Test
    void removesPicturesOfAnEarlierReportAndNothingElse() throws Exception {
        // Given
        Files.writeString(folder.resolve("notes.txt"), "mine");
        Files.writeString(folder.resolve("other.png"), "mine");
        ReportWriter writer = ReportWriter.open(folder);
        writer.write(imageReport());

        // When
        writer.write(new RunReport("none", List.of(), INPUT, CLASSES, List.of(), List.of(), List.of(), null));

        // Then
        assertThat(files()).containsExactly("index.html", "notes.txt", "other.png");
        assertThat(page())
                .contains("Test accuracy (overall): N/A (no test examples)")
                .doesNotContain("<img");
    }

    @Test
    void writesTheSameBytesForTheSameReport(@TempDir Path other) throws Exception {
        // When
        ReportWriter.open(folder).write(imageReport());
        ReportWriter.open(other).write(imageReport());

        // Then
        for (String file : files()) {
            assertThat(other.resolve(file)).hasSameBinaryContentAs(folder.resolve(file));
        }
    }

    @Test
    void showsTheSurestMistakesFirst() throws Exception {
        // Given more mistakes than are shown, each more certain than the one before, and its image brighter
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(new Answer(Pixels.image("image" + i, 64, 2 * i, 0), 1, new float[] {0, i / 100f, 0}));
        }

        // When
        ReportWriter.open(folder)
                .write(new RunReport(
                        "mistakes", List.of(), INPUT, List.of("a", "b", "c"), List.of(), List.of(), answers, null));

        // Then 8×8 pixels grow 25 times, and stand in cells of 128
        BufferedImage mistakes = read("mistakes.png");
        assertThat(Pixels.at(mistakes, 16 + 64, 38 + 50).getRed()).isEqualTo(2 * 99);
        assertThat(Pixels.at(mistakes, 16 + 128 + 64, 38 + 50).getRed()).isEqualTo(2 * 98);
        BufferedImage predictions = read("predictions.png");
        assertThat(Pixels.at(predictions, 16 + 64, 38 + 50).getRed()).isZero();
        assertThat(Pixels.at(predictions, 16 + 128 + 64, 38 + 50).getRed()).isEqualTo(2);
    }

    @Test
    void captionsRightAnswersInGreenAndWrongOnesInRed() throws Exception {
        // When
        ReportWriter.open(folder).write(imageReport());

        // Then the first and the second are right, the third and the fourth wrong
        BufferedImage predictions = read("predictions.png");
        for (int i = 0; i < 4; i++) {
            Rectangle2D caption = new Rectangle2D.Double(16 + i * 128, 144, 128, 12);
            assertThat(Pixels.show(predictions, caption, Theme.LIGHT.right))
                    .as("%d", i)
                    .isEqualTo(i < 2);
            assertThat(Pixels.show(predictions, caption, Theme.LIGHT.wrong))
                    .as("%d", i)
                    .isEqualTo(i >= 2);
        }
    }

    @Test
    void refusesAFolderThatIsAFile() throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("report"), "");

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportWriter.open(file))
                .withMessageContaining("report is a file");
    }

    @Test
    void makesTheFolder() throws Exception {
        // When
        ReportWriter.open(folder.resolve("a/b"));

        // Then
        assertThat(folder.resolve("a/b")).isDirectory();
    }

    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere fonts do not come from fontconfig
    void saysWhatToInstallWhereThereAreNoFonts() throws Exception {
        // Given a configuration of fontconfig without any folder of fonts
        Path fontconfig = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig></fontconfig>");
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Duser.home=" + folder, // where the JVM caches the fonts it has found
                "-cp",
                System.getProperty("java.class.path"),
                Opening.class.getName(),
                folder.toString());
        java.environment().put("FONTCONFIG_FILE", fontconfig.toString());
        java.redirectErrorStream(true);

        // When
        Process process = java.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(output)
                .startsWith("the report's pictures need a font")
                .contains("install fontconfig and a font", "apt-get install fontconfig fonts-dejavu-core");
    }

    /** What is run in a JVM without fonts. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) {
            try {
                ReportWriter.open(Path.of(arguments[0]));
                System.out.println("opened");
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static RunReport imageReport() {
        return new RunReport(
                "a <i>title</i>",
                List.of(new Setting("net", "64-16-3 & 'more'")),
                INPUT,
                CLASSES,
                epochs(),
                Stream.iterate(0, i -> i + 1)
                        .limit(70)
                        .map(i -> Pixels.image("train/" + i, 64, 3 * i, i % 3))
                        .toList(),
                List.of(
                        new Answer(Pixels.image("test/0", 64, 10, 0), 0, new float[] {0.9f, 0.1f, 0}),
                        new Answer(Pixels.image("test/1", 64, 20, 0), 0, new float[] {0.9f, 0.1f, 0}),
                        new Answer(Pixels.image("test/2", 64, 30, 0), 2, new float[] {0.1f, 0.1f, 0.8f}),
                        new Answer(Pixels.image("test/3", 64, 40, 1), 2, new float[] {0.1f, 0.1f, 0.8f})),
                null);
    }

    private static List<EpochFigures> epochs() {
        return List.of(
                new EpochFigures(1, 1.0, 0.5, 1.1, 0.45, 0.1, null),
                new EpochFigures(2, 0.5, 0.75, 0.6, 0.7, 0.05, 3L));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("index.html"));
    }

    private BufferedImage read(String file) throws IOException {
        return ImageIO.read(folder.resolve(file).toFile());
    }
}
