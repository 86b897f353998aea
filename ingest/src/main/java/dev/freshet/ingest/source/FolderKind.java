package dev.freshet.ingest.source;

import dev.freshet.core.data.Picture;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.Resize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Folders of PNG and JPEG files, one sub-folder a class, with or without a division for the test. */
final class FolderKind implements SourceKind {
    @Override
    public String name() {
        return "folder";
    }

    @Override
    public String form() {
        return "folder:DIR (a directory of one directory of PNG or JPEG files a class, or of train/ and test/ or val/ that"
                + " hold those)";
    }

    @Override
    public boolean accepts(String argument) {
        return !argument.isBlank();
    }

    @Override
    public boolean isHeldBy(Path path) {
        try {
            return Files.isDirectory(path) && PictureFolder.holdsClasses(divided(path) ? path.resolve("train") : path);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public ImageSource open(String argument, Split split) throws IOException {
        return open(argument, split, null);
    }

    /** Pictures of different sizes can only be taken this way. */
    @Override
    public ImageSource openResized(String argument, Split split, ImageShape shape) throws IOException {
        return open(argument, split, shape);
    }

    private static ImageSource open(String argument, Split split, @Nullable ImageShape shape) throws IOException {
        Path root = Path.of(argument);
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException(
                    "source folder:" + argument + ": there is no directory " + root.toAbsolutePath());
        }
        List<FolderSource.Entry> entries = new ArrayList<>();
        List<String> classes = divided(root) ? readDivided(root, entries) : readWhole(root, root, entries);
        InputSpec input = inputOf(entries, shape);
        return new FolderSource(
                input,
                shape == null ? Resize.REFUSE : Resize.BILINEAR,
                classes,
                entries.stream().filter(entry -> entry.split() == split).toList());
    }

    /** A class may be called train, too: then its folder holds pictures, not folders. */
    private static boolean divided(Path root) throws IOException {
        Path train = root.resolve("train");
        return Files.isDirectory(train) && !PictureFolder.classFolders(train).isEmpty();
    }

    private static List<String> readDivided(Path root, List<FolderSource.Entry> entries) throws IOException {
        Path train = root.resolve("train");
        Optional<Path> test = Stream.of("test", "val")
                .map(root::resolve)
                .filter(Files::isDirectory)
                .findFirst();
        if (test.isEmpty()) {
            return readWhole(root, train, entries);
        }
        List<String> classes = classesOf(train);
        for (int label = 0; label < classes.size(); label++) {
            for (Path file : requirePictures(train.resolve(classes.get(label)))) {
                entries.add(new FolderSource.Entry(idOf(root, file), file, label, Split.TRAIN));
            }
        }
        for (Path classFolder : PictureFolder.classFolders(test.get())) {
            int label = classes.indexOf(classFolder.getFileName().toString());
            if (label < 0) {
                throw new IllegalArgumentException("source folder:" + root + ": " + classFolder
                        + " is a class that is not in " + train.toAbsolutePath());
            }
            for (Path file : PictureFolder.pictures(classFolder)) {
                entries.add(new FolderSource.Entry(idOf(root, file), file, label, Split.TEST));
            }
        }
        return classes;
    }

    private static List<String> readWhole(Path root, Path folder, List<FolderSource.Entry> entries) throws IOException {
        List<String> classes = classesOf(folder);
        for (int label = 0; label < classes.size(); label++) {
            for (Path file : requirePictures(folder.resolve(classes.get(label)))) {
                String id = idOf(root, file);
                entries.add(new FolderSource.Entry(id, file, label, StableSplit.of(id)));
            }
        }
        return classes;
    }

    private static String idOf(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    private static List<String> classesOf(Path folder) throws IOException {
        List<String> classes = PictureFolder.classFolders(folder).stream()
                .map(path -> path.getFileName().toString())
                .toList();
        if (classes.size() < 2) {
            throw new IllegalArgumentException("source folder:" + folder + ": " + folder.toAbsolutePath()
                    + " must hold at least 2 directories, one a class, held " + classes);
        }
        return classes;
    }

    private static List<Path> requirePictures(Path classFolder) throws IOException {
        List<Path> files = PictureFolder.pictures(classFolder);
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "source folder: neither a .png nor a .jpg is in " + classFolder.toAbsolutePath());
        }
        return files;
    }

    /** In colour if any picture is and the shape does not say otherwise; of one size, or of sizes that can be resized. */
    private static InputSpec inputOf(List<FolderSource.Entry> entries, @Nullable ImageShape shape) throws IOException {
        FolderSource.Entry first = entries.get(0);
        Picture.Header firstHeader = header(first);
        boolean grey = true;
        for (FolderSource.Entry entry : entries) {
            Picture.Header header = header(entry);
            if (shape != null) {
                requireResizable(entry, header, shape);
            } else if (header.width() != firstHeader.width() || header.height() != firstHeader.height()) {
                throw new IOException("all pictures must have one size, but " + sizeOf(first, firstHeader) + " and "
                        + sizeOf(entry, header) + "; to have them resized, give --resize HEIGHTxWIDTH (ingest.resize),"
                        + " or model.input.shape with model.input.resize: true");
            }
            grey &= header.grey();
        }
        int channels = grey ? 1 : 3;
        try {
            return shape == null
                    ? InputSpec.image(channels, firstHeader.height(), firstHeader.width())
                    : shape.input(channels);
        } catch (IllegalArgumentException e) {
            throw new IOException(first.file() + " is too large for a model: " + e.getMessage(), e);
        }
    }

    private static String sizeOf(FolderSource.Entry entry, Picture.Header header) {
        return entry.file() + " has " + header.width() + "×" + header.height();
    }

    private static void requireResizable(FolderSource.Entry entry, Picture.Header header, ImageShape shape)
            throws IOException {
        try {
            Picture.requireSize(header, shape.input(1).withResize(Resize.BILINEAR));
        } catch (IOException e) {
            throw new IOException(entry.file() + ": " + e.getMessage(), e);
        }
    }

    private static Picture.Header header(FolderSource.Entry entry) throws IOException {
        try (InputStream in = Files.newInputStream(entry.file())) {
            return Picture.header(entry.contentType(), in);
        } catch (IOException e) {
            throw new IOException(entry.file() + ": " + e.getMessage(), e);
        }
    }
}
