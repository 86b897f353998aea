package dev.freshet.ingest.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The binary version of CIFAR-10, unpacked or as its authors' archive. */
final class CifarKind implements SourceKind {
    @Override
    public String name() {
        return "cifar10";
    }

    @Override
    public String form() {
        return "cifar10:DIR (a directory of data_batch_1.bin to data_batch_5.bin and test_batch.bin, each also as .gz, or"
                + " of " + CifarFiles.ARCHIVE + "; or that file)";
    }

    @Override
    public boolean accepts(String argument) {
        return !argument.isBlank();
    }

    @Override
    public boolean isHeldBy(Path path) {
        // Any archive can be named as one of CIFAR-10; without a kind before it, only its authors' name says what it
        // is.
        return CifarFiles.locate(path)
                .filter(place -> Files.isDirectory(place) || place.endsWith(CifarFiles.ARCHIVE))
                .isPresent();
    }

    @Override
    public ImageSource open(String argument, Split split) throws IOException {
        Path path = Path.of(argument);
        Path place = CifarFiles.locate(path)
                .orElseThrow(() -> new IllegalArgumentException("source cifar10:" + argument
                        + ": neither data_batch_1.bin nor " + CifarFiles.ARCHIVE + " is in " + path.toAbsolutePath()));
        return CifarSource.of(split, CifarFiles.read(place, split));
    }
}
