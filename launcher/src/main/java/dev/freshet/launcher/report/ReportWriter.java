package dev.freshet.launcher.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Writes a report into a folder: {@code index.html}, complete in itself, and its pictures as PNG files beside it.
 *
 * <p>Opened before a run, so that a folder that cannot be written to, or a Java runtime that cannot draw, is found then
 * and not at its end. On one machine the same report always gives the same bytes. Belongs to one thread.
 */
public final class ReportWriter {
    private static final List<String> FILES = List.of(
            Figure.LOSS,
            Figure.ACCURACY,
            Figure.CONFUSION,
            Figure.DECISION,
            Figure.PREDICTIONS,
            Figure.MISTAKES,
            Figure.EXAMPLES,
            Figure.PIXELS);

    private final Path directory;

    private ReportWriter(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes the folder where there is none.
     *
     * @throws IllegalArgumentException if it is not a folder, or nothing can be written to it
     * @throws IOException if it cannot be made, or if this Java runtime has no fonts, with what to install
     */
    public static ReportWriter open(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new IllegalArgumentException("the report's folder " + directory + " is a file");
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IOException("the report's folder " + directory + " cannot be made", e);
        }
        if (!Files.isWritable(directory)) {
            throw new IllegalArgumentException("the report's folder " + directory + " cannot be written to");
        }
        requireFonts();
        return new ReportWriter(directory);
    }

    /** The page, for whoever wants to look at it. */
    public Path page() {
        return directory.resolve("index.html");
    }

    private static void requireFonts() throws IOException {
        try {
            if (Sheet.width("0", Sheet.TEXT) > 0) {
                return;
            }
        } catch (LinkageError | InternalError | RuntimeException e) {
            // What a JRE throws that lacks libfreetype, fontconfig or any font depends on which of them it lacks.
            throw new IOException(noFonts(), e);
        }
        throw new IOException(noFonts());
    }

    private static String noFonts() {
        return "the report's pictures need a font, and this Java runtime finds none; install fontconfig and a font, such as"
                + " with \"apt-get install fontconfig fonts-dejavu-core\" or"
                + " \"dnf install fontconfig dejavu-sans-fonts\"";
    }

    /**
     * Draws and writes all of it; takes a few seconds. Pictures of an earlier report that this one does not have are
     * removed.
     *
     * @throws IOException if a file cannot be written
     */
    public void write(RunReport report) throws IOException {
        List<Page.Picture> pictures = new ArrayList<>();
        for (Figure figure : Figures.of(report)) {
            BufferedImage light = figure.drawing().apply(Theme.LIGHT);
            Page.Picture picture = new Page.Picture(
                    figure,
                    light.getWidth() / Sheet.DENSITY,
                    light.getHeight() / Sheet.DENSITY,
                    png(light),
                    png(figure.drawing().apply(Theme.DARK)));
            Files.write(directory.resolve(figure.file()), picture.light());
            pictures.add(picture);
        }
        for (String file : FILES) {
            if (pictures.stream().noneMatch(picture -> picture.figure().file().equals(file))) {
                Files.deleteIfExists(directory.resolve(file));
            }
        }
        Files.writeString(directory.resolve("index.html"), new Page(report, pictures).html());
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", png)) {
            throw new IOException("this Java runtime writes no PNG files");
        }
        return png.toByteArray();
    }
}
