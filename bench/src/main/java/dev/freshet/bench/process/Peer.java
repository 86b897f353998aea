package dev.freshet.bench.process;

import dev.freshet.bench.peer.Orders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A child process that obeys {@link Orders}. Belongs to the thread that started it. */
public final class Peer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 5;

    private final String name;
    private final Process process;
    private final Path log;
    private final Writer orders;
    private final BufferedReader answers;

    private Peer(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts it.
     *
     * @param name for messages
     * @param environment added to this process's own
     * @param log where its standard error goes
     */
    public static Peer start(String name, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new Peer(name, builder.start(), log);
    }

    public String name() {
        return name;
    }

    /**
     * Gives an order and waits for the answer.
     *
     * @throws PeerFailedException if the peer says that it could not do it, or has ended
     */
    public String order(String... words) {
        String order = String.join(" ", words);
        try {
            orders.write(order + "\n");
            orders.flush();
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(Orders.DONE)) {
                    return line.substring(Orders.DONE.length()).strip();
                }
                if (line.startsWith(Orders.FAILED)) {
                    throw failure(order, line.substring(Orders.FAILED.length()).strip());
                }
            }
            throw failure(order, "it ended");
        } catch (IOException e) {
            throw failure(order, "it had ended: " + e.getMessage());
        }
    }

    private PeerFailedException failure(String order, String reason) {
        return new PeerFailedException(name + " failed at \"" + order + "\": " + reason + " (see " + log + ")");
    }

    /** An order whose answer is numbers. */
    public double[] numbers(String... words) {
        return Arrays.stream(order(words).split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** SIGKILL: it has no say in this. Returns when it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Ends it, with force if it does not end by itself. */
    @Override
    public void close() {
        try {
            orders.close();
        } catch (IOException e) {
            // It has ended before, which is what was wanted.
        }
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
