package dev.freshet.bench.pipeline;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.process.Peer;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.protocol.v1.ImageRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The script {@code bench/peers/torch_consumer.py}, where a Python has what it needs. Immutable. */
public final class TorchConsumer {
    private static final String SCRIPT = "bench/peers/torch_consumer.py";
    private static final String NEEDED = "torch, numpy, confluent_kafka, google.protobuf";

    private final @Nullable Path script;
    private final String python;

    private TorchConsumer(@Nullable Path script, String python) {
        this.script = script;
        this.python = python;
    }

    /**
     * Looks for all that it needs; says what is missing.
     *
     * @param home the folder of the project's sources; null where there are none
     * @param python the interpreter
     */
    public static TorchConsumer find(@Nullable Path home, String python, PrintWriter out)
            throws IOException, InterruptedException {
        if (home == null || !Files.exists(home.resolve(SCRIPT))) {
            return skipped("its script, " + SCRIPT + ", is not at hand", out);
        }
        if (!canImport(python)) {
            return skipped(python + " cannot import " + NEEDED + "; --python names another", out);
        }
        return new TorchConsumer(home.resolve(SCRIPT), python);
    }

    private static TorchConsumer skipped(String why, PrintWriter out) {
        out.println("the PyTorch consumer is skipped: " + why);
        out.flush();
        return new TorchConsumer(null, "");
    }

    private static boolean canImport(String python) throws InterruptedException {
        try {
            return new ProcessBuilder(python, "-c", "import " + NEEDED)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            // There is no such program.
            return false;
        }
    }

    /** Starts its process, where there is one to start. */
    Turns start(KafkaSettings kafka, Configuration configuration, Path folder) throws IOException {
        if (script == null) {
            return new Turns(null);
        }
        Path descriptor = folder.resolve("records.desc");
        Files.write(descriptor, ImageRecord.getDescriptor().getFile().toProto().toByteArray());
        List<String> command = List.of(
                python,
                script.toString(),
                kafka.bootstrapServers(),
                kafka.topics().images(),
                descriptor.toString(),
                String.join(
                        "-",
                        Arrays.stream(configuration.model().sizes())
                                .mapToObj(Integer::toString)
                                .toList()),
                Integer.toString(configuration.miniBatch()),
                configuration.optimizer().rule().name().toLowerCase(Locale.ROOT),
                Double.toString(configuration.optimizer().learningRate()),
                Double.toString(configuration.dropout()));
        return new Turns(Peer.start("the PyTorch consumer", command, Map.of(), folder.resolve("torch-consumer.log")));
    }

    /** Its turns at one configuration; none where it is skipped. */
    static final class Turns implements AutoCloseable {
        private final @Nullable Peer peer;

        private Turns(@Nullable Peer peer) {
            this.peer = peer;
        }

        /**
         * Records a second.
         *
         * @param group begins with the topic's first record
         */
        OptionalDouble rate(String group, double seconds) {
            if (peer == null) {
                return OptionalDouble.empty();
            }
            double[] figures = peer.numbers("train", group, Double.toString(seconds));
            return OptionalDouble.of(figures[0] / figures[1]);
        }

        @Override
        public void close() {
            if (peer != null) {
                peer.close();
            }
        }
    }
}
