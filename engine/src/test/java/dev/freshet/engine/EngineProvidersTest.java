package dev.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.model.Snapshot;
import dev.freshet.engine.cpu.CpuEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineProvidersTest {
    @TempDir
    private Path folder;

    /** What a jar in the folder names. */
    public static final class Plain implements EngineProvider {
        @Override
        public String name() {
            return "plain";
        }

        @Override
        public Optional<String> lackOf(Device device) {
            return Optional.empty();
        }

        @Override
        public Engine create(Device device, int threads) {
            return new CpuEngine();
        }

        @Override
        public byte[] encode(Snapshot version) {
            return new byte[] {1, 2, 3};
        }
    }

    @Test
    void findsWhatAJarInTheFolderProvides() throws IOException {
        // Given
        writeJar(folder.resolve("plain.jar"));

        // When, Then
        assertThat(EngineProviders.find("plain", folder)).containsInstanceOf(Plain.class);
        assertThat(EngineProviders.find("other", folder)).isEmpty();
    }

    @Test
    void findsNothingInAFolderWithoutJars() {
        assertThat(EngineProviders.find("plain", folder)).isEmpty();
    }

    @Test
    void findsNothingInAFolderThatIsMissing() {
        assertThat(EngineProviders.find("plain", folder.resolve("missing"))).isEmpty();
    }

    private static void writeJar(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out)) {
            jar.putNextEntry(new JarEntry("META-INF/services/" + EngineProvider.class.getName()));
            jar.write(Plain.class.getName().getBytes(StandardCharsets.UTF_8));
            jar.closeEntry();
        }
    }
}
