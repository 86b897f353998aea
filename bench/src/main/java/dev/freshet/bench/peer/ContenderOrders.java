package dev.freshet.bench.peer;

import dev.freshet.bench.peer.Contender.Scoring;
import dev.freshet.bench.peer.Contender.Training;
import dev.freshet.bench.peer.Contender.Work;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a contender's process can be told: {@code load FILE} first, then to train and to score. */
public final class ContenderOrders {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Function<Workload, Contender> contenders;
    private @Nullable Workload loaded;
    private @Nullable Contender loadedContender;

    private ContenderOrders(Function<Workload, Contender> contenders) {
        this.contenders = contenders;
    }

    /** @param contenders makes the contender for a workload */
    public static Orders of(Function<Workload, Contender> contenders) {
        ContenderOrders orders = new ContenderOrders(contenders);
        return new Orders()
                .on("load", arguments -> orders.load(Path.of(String.join(" ", arguments))))
                .on(
                        "training-modes",
                        arguments -> String.join(" ", orders.contender().trainingModes()))
                .on(
                        "scoring-modes",
                        arguments -> String.join(" ", orders.contender().scoringModes()))
                .on("losses", orders::losses)
                .on("train", orders::train)
                .on("probabilities", orders::probabilities)
                .on("score", orders::score);
    }

    private String load(Path file) throws Exception {
        loaded = Workload.read(file);
        loadedContender = contenders.apply(loaded);
        return "";
    }

    /** {@code losses MODE STEPS}: of the first steps, without dropout, whose chance each library draws differently. */
    private String losses(List<String> arguments) {
        double[] losses = new double[Integer.parseInt(arguments.get(1))];
        try (Training training = contender().training(arguments.get(0), 0)) {
            for (int step = 0; step < losses.length; step++) {
                training.next();
                losses[step] = training.loss();
            }
        }
        return Orders.join(losses);
    }

    /** {@code train MODE SECONDS}: examples, seconds and bytes allocated in the Java heap. */
    private String train(List<String> arguments) {
        try (Training training =
                contender().training(arguments.get(0), workload().dropout())) {
            return measure(training, workload().miniBatch(), arguments.get(1));
        }
    }

    /** {@code probabilities MODE BATCH}: of the first batch. */
    private String probabilities(List<String> arguments) {
        try (Scoring scoring = contender().scoring(arguments.get(0), Integer.parseInt(arguments.get(1)))) {
            scoring.next();
            float[] probabilities = scoring.probabilities();
            double[] numbers = new double[probabilities.length];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = probabilities[i];
            }
            return Orders.join(numbers);
        }
    }

    /** {@code score MODE BATCH SECONDS}: as {@link #train}. */
    private String score(List<String> arguments) {
        int batch = Integer.parseInt(arguments.get(1));
        try (Scoring scoring = contender().scoring(arguments.get(0), batch)) {
            return measure(scoring, batch, arguments.get(2));
        }
    }

    private static String measure(Work work, int examples, String seconds) {
        long length = Math.round(Double.parseDouble(seconds) * 1e9);
        // Buffers that are made when they are first needed are no part of a step.
        work.next();
        long bytes = allocatedBytes();
        long batches = 0;
        long begun = System.nanoTime();
        long now = begun;
        while (now - begun < length) {
            work.next();
            batches++;
            now = System.nanoTime();
        }
        return Orders.join((double) batches * examples, (now - begun) / 1e9, (double) (allocatedBytes() - bytes));
    }

    /** By all threads that live now. */
    private static long allocatedBytes() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    private Workload workload() {
        if (loaded == null) {
            throw new IllegalStateException("no workload has been loaded");
        }
        return loaded;
    }

    private Contender contender() {
        if (loadedContender == null) {
            throw new IllegalStateException("no workload has been loaded");
        }
        return loadedContender;
    }
}
