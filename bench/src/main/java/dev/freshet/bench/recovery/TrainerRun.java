package dev.freshet.bench.recovery;

import dev.freshet.bench.process.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One life of the {@link TrainerProcess}. Belongs to the main thread. */
final class TrainerRun {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path log;
    private final long begun = System.nanoTime();

    private TrainerRun(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static TrainerRun start(String bootstrapServers, String prefix, int partitions, String model, Path log)
            throws IOException {
        List<String> command = JavaCommand.of(
                JavaCommand.ownClassPath(),
                // It lives for a second or two, most of them.
                List.of("--add-modules=jdk.incubator.vector", "-XX:TieredStopAtLevel=1"),
                TrainerProcess.class.getName(),
                List.of(bootstrapServers, prefix, Integer.toString(partitions), model));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new TrainerRun(process, log);
    }

    /**
     * Reads what it says until it has dealt with so many records, or has ended.
     *
     * @return seconds from its start to the first records it dealt with; NaN if it dealt with none
     */
    double await(long records) throws IOException {
        double first = Double.NaN;
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (!line.startsWith(TrainerProcess.SAID)) {
                continue;
            }
            long soFar = Long.parseLong(line.substring(TrainerProcess.SAID.length()));
            if (Double.isNaN(first) && soFar > 0) {
                first = (System.nanoTime() - begun) / 1e9;
            }
            if (soFar >= records) {
                break;
            }
        }
        return first;
    }

    /** SIGKILL: it has no say in this. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Waits for it to end by itself. */
    void end() throws IOException, InterruptedException {
        await(Long.MAX_VALUE);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("the trainer failed; its output is in " + log);
        }
    }
}
