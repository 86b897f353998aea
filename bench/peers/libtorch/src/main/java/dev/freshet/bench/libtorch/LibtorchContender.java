package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.Contender;
import dev.freshet.bench.peer.Workload;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/** libtorch as a contender: each way of training and of scoring with one thread and with as many as there are cores. */
final class LibtorchContender implements Contender {
    private static final String OPTIM = "optim";
    private static final String FUSED = "fused";
    private static final String BY_HAND = "by-hand";
    private static final String MODULES = "modules";
    private static final String PREALLOCATED = "preallocated";

    private final Workload workload;
    private final Batches miniBatches;

    LibtorchContender(Workload workload) {
        this.workload = workload;
        this.miniBatches = new Batches(workload, workload.miniBatch());
    }

    @Override
    public List<String> trainingModes() {
        return withThreads(OPTIM, FUSED, BY_HAND);
    }

    @Override
    public List<String> scoringModes() {
        return withThreads(MODULES, PREALLOCATED);
    }

    private static List<String> withThreads(String... ways) {
        return IntStream.of(1, Runtime.getRuntime().availableProcessors())
                .distinct()
                .boxed()
                .flatMap(threads -> Stream.of(ways).map(way -> way + "-" + threads))
                .toList();
    }

    /** Sets the threads of a mode; the way that is left. */
    private static String begin(String mode) {
        int dash = mode.lastIndexOf('-');
        int threads = Integer.parseInt(mode.substring(dash + 1));
        torch.set_num_threads(threads);
        // OpenBLAS and MKL count their own.
        openblas.blas_set_num_threads(threads);
        return mode.substring(0, dash);
    }

    @Override
    public Training training(String mode, double dropout) {
        String way = begin(mode);
        PointerScope everything = new PointerScope();
        Parameters parameters = new Parameters(workload);
        return switch (way) {
            case OPTIM ->
                new AutogradTraining(
                        miniBatches,
                        everything,
                        parameters,
                        dropout,
                        Optimizers.ofLibrary(parameters, workload.optimizer()));
            case FUSED ->
                new AutogradTraining(
                        miniBatches,
                        everything,
                        parameters,
                        dropout,
                        Optimizers.fused(parameters, workload.optimizer()));
            case BY_HAND -> new HandWrittenTraining(miniBatches, everything, parameters, workload, dropout);
            default -> throw new IllegalArgumentException("there is no mode " + mode);
        };
    }

    @Override
    public Scoring scoring(String mode, int batch) {
        String way = begin(mode);
        PointerScope everything = new PointerScope();
        return new LibtorchScoring(
                new Batches(workload, batch), everything, new Parameters(workload), way.equals(PREALLOCATED));
    }
}
