package dev.freshet.launcher;

import dev.freshet.broker.BrokerConfig;
import dev.freshet.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The embedded broker alone. */
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        description = "Runs a real Kafka broker (KRaft) in this JVM, on a data directory that survives restarts.")
final class BrokerCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".freshet/broker",
            description = "Data directory, created when missing; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Option(
            names = "--port",
            defaultValue = "9092",
            description = "Port for clients, 0 for any free one; default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--host",
            defaultValue = "localhost",
            description = {
                "Name that clients connect to; default: ${DEFAULT-VALUE}, for this machine only.",
                "Any other makes the broker listen on all interfaces, without encryption or passwords."
            })
    @SuppressWarnings("NullAway.Init")
    private String host;

    @Override
    public Integer call() throws InterruptedException {
        try (Stopping stopping = Stopping.onSignal(() -> {});
                EmbeddedBroker broker = new EmbeddedBroker(new BrokerConfig(directory, port, host))) {
            broker.start();
            spec.commandLine()
                    .getOut()
                    .println("broker ready at " + broker.bootstrapServers() + ", data in "
                            + directory.toAbsolutePath().normalize() + "; Ctrl-C stops it");
            spec.commandLine().getOut().flush();
            stopping.await();
            LogLevels.brokerStops();
        }
        return 0;
    }
}
