package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.Contender;
import dev.freshet.bench.peer.Workload;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** libtorch as a contender: each way of training and of scoring with one thread and with more. */
final class LibtorchContender implements Contender {
    /** Rows and columns: large enough that nothing but multiplying takes time. */
    private static final int MATRIX = 1_024;

    private static final String OPTIM = "optim";
    private static final String FUSED = "fused";
    private static final String BY_HAND = "by-hand";
    private static final String MODULES = "modules";
    private static final String PREALLOCATED = "preallocated";

    private final Workload workload;
    private final int threads;
    private final Batches miniBatches;

    /** @param threads at most */
    LibtorchContender(Workload workload, int threads) {
        this.workload = workload;
        this.threads = threads;
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

    private List<String> withThreads(String... ways) {
        return IntStream.of(1, threads)
                .distinct()
                .boxed()
                .flatMap(count -> Stream.of(ways).map(way -> way + "-" + count))
                .toList();
    }

    /** Sets the threads of a mode; the way that is left. */
    private static String begin(String mode) {
        int dash = mode.lastIndexOf('-');
        setThreads(Integer.parseInt(mode.substring(dash + 1)));
        return mode.substring(0, dash);
    }

    private static void setThreads(int count) {
        torch.set_num_threads(count);
        // OpenBLAS and MKL count their own.
        openblas.blas_set_num_threads(count);
    }

    /** Billions of floating-point operations a second of one thread that multiplies square matrices. */
    static double multiply(double seconds) {
        setThreads(1);
        try (PointerScope everything = new PointerScope()) {
            Tensor left = torch.rand(MATRIX, MATRIX);
            Tensor right = torch.rand(MATRIX, MATRIX);
            Tensor product = torch.zeros(MATRIX, MATRIX);
            torch.mm_out(product, left, right);
            long products = 0;
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < seconds * 1e9) {
                torch.mm_out(product, left, right);
                products++;
            }
            return 2.0 * MATRIX * MATRIX * MATRIX * products / (System.nanoTime() - begun);
        }
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
