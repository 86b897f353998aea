package dev.freshet.bench;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.engine.EngineBenchmark;
import dev.freshet.bench.engine.EngineOptions;
import dev.freshet.bench.engine.Libtorch;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Training and scoring alone. */
@Command(
        name = "engine",
        mixinStandardHelpOptions = true,
        description = {
            "Trains six nets and scores with two, on images in memory: Freshet against libtorch, through JavaCPP, and"
                    + " Deeplearning4j.",
            "Each contender has a process of its own; they take turns, and medians over the rounds count. Before that,"
                    + " all must compute the same."
        },
        footer = {
            "",
            "libtorch runs with OpenBLAS and with MKL, with one thread and with all, with denormal numbers flushed to"
                    + " zero; its fastest counts.",
            "MNIST and CIFAR-10 are looked for in FRESHET_DATA, or in ../shared/data; noise takes their place."
        })
final class EngineCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--configs",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "a,b,c,d,e,f,crayfish",
            description = "Which nets; default: ${DEFAULT-VALUE}. a and crayfish score, too.")
    private List<String> configurations = new ArrayList<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of each contender; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "1",
            description = "Length of a turn; default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "The most that a contender may use; default: one a processor.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--skip", paramLabel = "NAME", split = ",", description = "Leaves out libtorch or dl4j, or both.")
    private List<String> skipped = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        EngineOptions options = new EngineOptions(
                trained(), scored(), rounds, seconds, threads, Set.copyOf(skipped), Folders.data(System.getenv()));
        PrintWriter out = spec.commandLine().getOut();
        report.begin(out);
        Libtorch libtorch =
                skipped.contains("libtorch") ? Libtorch.none() : Libtorch.prepare(Folders.home(), threads, out);
        Path folder = Files.createTempDirectory("freshet-bench-");
        report.write("Freshet's engine against others", new EngineBenchmark(options, libtorch, folder, out).run());
        Folders.remove(folder);
        return 0;
    }

    private List<Configuration> trained() {
        return configurations.stream()
                .filter(name -> !name.equals(Configuration.CRAYFISH.name()))
                .map(Configuration::trained)
                .toList();
    }

    private List<Configuration> scored() {
        return Configuration.SCORED.stream()
                .filter(configuration -> configurations.contains(configuration.name()))
                .toList();
    }
}
