package dev.freshet.launcher;

import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One version as a file. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes a published version as a file for other runtimes.",
        footer = {"", "For example: freshet models export latest --format onnx"})
final class ModelsExportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ModelOptions options = new ModelOptions();

    @Option(
            names = "--format",
            paramLabel = "safetensors|onnx|dl4j",
            required = true,
            description = "What to write; dl4j needs the folder lib/dl4j of the distribution.")
    @SuppressWarnings("NullAway.Init")
    private ExportFormat format;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where to; default: NAME-vVERSION.safetensors, .onnx or .zip, here.")
    private @Nullable Path out;

    @Option(names = "--force", description = "Overwrites a file that is there.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        Assembled.Complete version = options.find();
        Manifest manifest = version.snapshot().manifest();
        Path file =
                out != null ? out : Path.of(manifest.model() + "-v" + manifest.version() + "." + format.extension());
        byte[] bytes = format.encode(version);
        write(file, bytes);
        PrintWriter printer = spec.commandLine().getOut();
        printer.println(String.format(
                Locale.ROOT,
                "wrote %s: version %d of model \"%s\", %s, %,d bytes",
                file,
                manifest.version(),
                manifest.model(),
                manifest.spec().summary(),
                bytes.length));
        format.advice(manifest.spec()).forEach(printer::println);
        printer.flush();
        return 0;
    }

    private void write(Path file, byte[] bytes) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        try {
            Files.write(
                    file,
                    bytes,
                    StandardOpenOption.WRITE,
                    force ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.TRUNCATE_EXISTING);
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException(file + " exists; --force overwrites it", e);
        }
    }
}
