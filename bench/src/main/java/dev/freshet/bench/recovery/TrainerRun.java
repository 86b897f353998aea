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

    /**
     * Starts it.
     *
     * @param flag for the JVM
     */
    static TrainerRun start(String bootstrapServers, String prefix, int partitions, String model, String flag, Path log)
            throws IOException {
        List<String> command = JavaCommand.of(
                JavaCommand.ownClassPath(),
                // Most live for a second or two: too short for the second compiler, without which the Vector API is
                // slower than plain loops.
                List.of("-XX:TieredStopAtLevel=1", flag),
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

    /** Waits for it to end by itself, whatever its end is. */
    void awaitExit() throws IOException, InterruptedException {
        double unused = await(Long.MAX_VALUE);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the trainer did not end; its output is in " + log);
        }
    }

    /** Waits for it to end by itself, as it should. */
    void end() throws IOException, InterruptedException {
        awaitExit();
        if (process.exitValue() != 0) {
            throw new IOException("the trainer failed; its output is in " + log);
        }
    }
}
