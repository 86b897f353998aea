package dev.freshet.launcher.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the page of a report. All that it shows is in it: nothing is loaded from anywhere. */
final class Page {
    private final RunReport report;
    private final List<Picture> pictures;
    private final StringBuilder html = new StringBuilder();

    Page(RunReport report, List<Picture> pictures) {
        this.report = report;
        this.pictures = List.copyOf(pictures);
    }

    /** A figure as drawn, in PNG. The bytes are shared, not copied: nobody writes to them. */
    static final class Picture {
        private final Figure figure;
        private final int width;
        private final int height;
        private final byte[] light;
        private final byte[] dark;

        /**
         * @param width on the page
         * @param height on the page
         */
        Picture(Figure figure, int width, int height, byte[] light, byte[] dark) {
            this.figure = figure;
            this.width = width;
            this.height = height;
            this.light = light;
            this.dark = dark;
        }

        Figure figure() {
            return figure;
        }

        byte[] light() {
            return light;
        }
    }

    String html() {
        html.setLength(0);
        appendHead();
        appendSettings();
        appendCurves();
        appendTest();
        appendPictures("Decision regions", Figure.DECISION);
        appendPictures("Predictions", Figure.PREDICTIONS, Figure.MISTAKES);
        appendPictures("Training data", Figure.EXAMPLES, Figure.PIXELS);
        html.append("""
                <footer><p>Written by Freshet. The pictures are in this page, and beside it as PNG files.</p></footer>
                </body>
                </html>
                """);
        return html.toString();
    }

    private void appendHead() {
        String title = escape(report.title());
        html.append("""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                """);
        html.append("<title>").append(title).append(" · Freshet</title>\n");
        html.append("<link rel=\"icon\" href=\"data:,\">\n");
        html.append("<style>\n").append(css()).append("</style>\n</head>\n<body>\n");
        html.append("<header><p>Report of a recipe run</p><h1>").append(title).append("</h1></header>\n<main>\n");
    }

    private void appendSettings() {
        if (report.settings().isEmpty()) {
            return;
        }
        html.append("<section class=\"card\">\n<h2>Run</h2>\n<dl>\n");
        for (Setting setting : report.settings()) {
            html.append("<div><dt>")
                    .append(escape(setting.name()))
                    .append("</dt><dd>")
                    .append(escape(setting.value()))
                    .append("</dd></div>\n");
        }
        html.append("</dl>\n</section>\n");
    }

    private void appendCurves() {
        if (report.epochs().isEmpty()) {
            return;
        }
        html.append("<section>\n<h2>Learning</h2>\n<div class=\"pair\">\n");
        appendPicture(Figure.LOSS);
        appendPicture(Figure.ACCURACY);
        html.append("</div>\n<details class=\"card\">\n<summary>Every epoch</summary>\n");
        appendEpochs();
        html.append("</details>\n</section>\n");
    }

    private void appendEpochs() {
        html.append("""
                <div class="wide"><table class="figures">
                <thead><tr><th>Epoch</th><th>Training loss</th><th>Training accuracy</th><th>Validation loss</th>\
                <th>Validation accuracy</th><th>Learning rate</th><th>Published</th></tr></thead>
                <tbody>
                """);
        for (EpochFigures epoch : report.epochs()) {
            html.append("<tr><td>").append(epoch.epoch());
            html.append("</td><td>").append(loss(epoch.trainingLoss()));
            html.append("</td><td>").append(percent(epoch.trainingAccuracy()));
            html.append("</td><td>").append(loss(epoch.validationLoss()));
            html.append("</td><td>").append(percent(epoch.validationAccuracy()));
            html.append("</td><td>").append(String.format(Locale.ROOT, "%.4g", epoch.learningRate()));
            html.append("</td><td>").append(epoch.publishedVersion() == null ? "" : "v" + epoch.publishedVersion());
            html.append("</td></tr>\n");
        }
        html.append("</tbody>\n</table></div>\n");
    }

    private static String loss(@Nullable Double loss) {
        return loss == null ? "" : String.format(Locale.ROOT, "%.4f", loss);
    }

    private static String percent(@Nullable Double share) {
        return share == null ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    private void appendTest() {
        html.append(
                "<section>\n<h2>Test</h2>\n<div class=\"pair\">\n<div class=\"card\">\n<table class=\"accuracy\">\n<tbody>\n");
        Confusion confusion = Confusion.of(report.classes().size(), report.answers());
        for (int i = 0; i < confusion.classes(); i++) {
            appendAccuracy(confusion.ofClass(i, report.classes().get(i)));
        }
        html.append("</tbody>\n<tfoot>\n");
        appendAccuracy(confusion.overall());
        html.append("</tfoot>\n</table>\n</div>\n");
        appendPicture(Figure.CONFUSION);
        html.append("</div>\n</section>\n");
    }

    private void appendAccuracy(Confusion.Accuracy accuracy) {
        html.append("<tr><td>").append(escape(accuracy.line())).append("</td><td class=\"bar\">");
        if (accuracy.total() > 0) {
            html.append(String.format(
                    Locale.ROOT,
                    "<span style=\"width:%.2f%%\"></span>",
                    100.0 * accuracy.correct() / accuracy.total()));
        }
        html.append("</td></tr>\n");
    }

    private void appendPictures(String heading, String... files) {
        List<String> wanted = List.of(files);
        if (pictures.stream()
                .noneMatch(picture -> wanted.contains(picture.figure().file()))) {
            return;
        }
        html.append("<section>\n<h2>").append(heading).append("</h2>\n");
        wanted.forEach(this::appendPicture);
        html.append("</section>\n");
    }

    private void appendPicture(String file) {
        for (Picture picture : pictures) {
            if (picture.figure().file().equals(file)) {
                html.append(
                        "<figure class=\"card\">\n<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"");
                appendData(picture.dark);
                html.append("\"><img width=\"").append(picture.width);
                html.append("\" height=\"").append(picture.height);
                html.append("\" alt=\"")
                        .append(escape(picture.figure().alternative()))
                        .append("\" src=\"");
                appendData(picture.light);
                html.append("\"></picture>\n<figcaption>")
                        .append(escape(picture.figure().caption()));
                html.append("</figcaption>\n</figure>\n");
            }
        }
    }

    private void appendData(byte[] png) {
        html.append("data:image/png;base64,").append(Base64.getEncoder().encodeToString(png));
    }

    /** For text and for attributes in quotes. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String css() {
        try (InputStream css = Objects.requireNonNull(Page.class.getResourceAsStream("page.css"), "page.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("page.css cannot be read", e);
        }
    }
}
