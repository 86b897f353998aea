package dev.freshet.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Finds engines that are libraries of their own. Stateless. */
public final class EngineProviders {
    private EngineProviders() {}

    /**
     * The provider of a name: from the class path if it is there, or else from the jars of a folder, which get a class
     * loader of their own. To be called once for a folder in the life of a process: native libraries belong to one class
     * loader.
     *
     * @param folder need not exist
     * @return empty if there is none
     */
    public static Optional<EngineProvider> find(String name, Path folder) {
        ClassLoader application = EngineProviders.class.getClassLoader();
        Optional<EngineProvider> present = named(name, application);
        return present.isPresent() || !Files.isDirectory(folder) ? present : named(name, loaderOf(folder, application));
    }

    private static Optional<EngineProvider> named(String name, ClassLoader loader) {
        return ServiceLoader.load(EngineProvider.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name))
                .findFirst();
    }

    /** Never closed: what comes out of it lives as long as the process. */
    private static ClassLoader loaderOf(Path folder, ClassLoader application) {
        List<URL> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path file : files) {
                jars.add(url(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
        return new URLClassLoader(folder.getFileName().toString(), jars.toArray(URL[]::new), application);
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("not a file that can be loaded: " + file, e);
        }
    }
}
