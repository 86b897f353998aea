package dev.freshet.launcher;

import dev.freshet.engine.EngineProvider;
import dev.freshet.engine.EngineProviders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a distribution keeps Deeplearning4j: {@code dl4j} beside the command's own jar. */
final class Dl4jFolder {
    private static final String NAME = "dl4j";

    private Dl4jFolder() {}

    static Path path() {
        try {
            return Path.of(Dl4jFolder.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling(NAME);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("this command does not know where its jar is", e);
        }
    }

    /** Loads it, unless it is on the class path already; empty where it is in neither place. */
    static Optional<EngineProvider> load() {
        return EngineProviders.find(NAME, path());
    }

    /** Whether what lies there was built for GPUs, as a look at the names of the files tells. */
    static boolean isForGpus() {
        if (!Files.isDirectory(path())) {
            return false;
        }
        try (DirectoryStream<Path> backends = Files.newDirectoryStream(path(), "nd4j-cuda-*.jar")) {
            return backends.iterator().hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path(), e);
        }
    }

    /** Says where it was looked for. */
    static String whyMissing() {
        return "Deeplearning4j is neither in the folder " + path() + " nor on the class path";
    }
}
