package dev.freshet.bench.gate;

import dev.freshet.bench.report.Row;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Answers;
import dev.freshet.core.evaluation.Gate;
import dev.freshet.core.evaluation.HoldOut;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.Scorer;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.ingest.source.LabelledImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Gates of several settings over the same candidates: always the same figures. */
public final class GateBenchmark {
    private static final int WINDOW = 2_000;
    private static final int INTERVAL = 2_000;
    private static final int MINI_BATCH = 64;
    private static final int TEST_IMAGES = 5_000;

    /** Of equal networks: every weight is off by this share of its layer's deviation. */
    private static final double NOISE = 0.05;

    private static final int EQUALS = 20;
    private static final int DUELS_PER_WINDOW = 50;

    private final GateOptions options;
    private final PrintWriter out;
    private final Digits digits;
    private final Engine engine = CpuEngine.withThreads(1);
    private final ModelSpec model = new ModelSpec(
            Digits.INPUT, List.of(new LayerSpec(128, Activation.RELU)), ModelSpec.numbered(Digits.CLASSES));
    private final List<Judge> judges = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param out gets a table while it grows
     * @throws IOException never, as digits are drawn
     */
    public GateBenchmark(GateOptions options, PrintWriter out) throws IOException {
        this.options = options;
        this.out = out;
        this.digits = Digits.of(options.seed());
        for (double minImprovement : new double[] {0, 0.001}) {
            for (double minConfidence : new double[] {0, 0.9, 0.95, 0.99}) {
                judges.add(new Judge(
                        "min-improvement " + minImprovement + ", min-confidence " + minConfidence,
                        new Gate(minImprovement, 100, minConfidence, 1, 50)));
            }
        }
        for (double maxClassDrop : new double[] {0.05, 0.02}) {
            judges.add(new Judge(
                    "min-improvement 0.001, max-class-drop " + maxClassDrop,
                    new Gate(0.001, 100, 0, maxClassDrop, 50)));
        }
    }

    /** Runs for a minute or two with the defaults of the command. */
    public List<Row> run() {
        duel(learn());
        return List.copyOf(rows);
    }

    private Weights learn() {
        HoldOut holdOut = new HoldOut(0.1);
        ArrayDeque<LabelledImage> window = new ArrayDeque<>();
        List<LabelledImage> test = digits.test(0, TEST_IMAGES);
        MiniBatch miniBatch = new MiniBatch(MINI_BATCH, Digits.INPUT.size());
        long trained = 0;
        long due = INTERVAL;
        int candidates = 0;
        try (Network network = engine.create(model, TrainingSpec.of(OptimizerSpec.adam(0.002), options.seed()))) {
            for (long i = 0; i < options.records(); i++) {
                LabelledImage image = digits.get(i);
                if (holdOut.isHeldOut(image.id())) {
                    if (window.size() == WINDOW) {
                        window.removeFirst();
                    }
                    window.addLast(image);
                    continue;
                }
                miniBatch.add(Digits.example(image));
                trained++;
                if (miniBatch.isFull()) {
                    network.train(miniBatch);
                    miniBatch.clear();
                }
                if (trained == due) {
                    due += INTERVAL;
                    candidates++;
                    challenge(network.weights(), List.copyOf(window), test);
                }
            }
            reportLearning(candidates);
            return network.weights();
        }
    }

    /** Scorers are on the Java heap, and some stay champions of some gates: they are left to its collector. */
    private void challenge(Weights weights, List<LabelledImage> window, List<LabelledImage> test) {
        Scorer candidate = engine.scorer(model, weights);
        Answers answers = digits.answers(candidate, window);
        double loss = digits.answers(candidate, test).evaluation().loss();
        for (Judge judge : judges) {
            judge.decide(digits, candidate, answers, loss, window);
        }
    }

    private void reportLearning(int candidates) {
        out.printf(
                Locale.ROOT,
                "%,d drawn digits are learned, %d candidates; losses are on %,d test images%n",
                options.records(),
                candidates,
                TEST_IMAGES);
        for (Judge judge : judges) {
            out.printf(
                    Locale.ROOT,
                    "  %-42s published %3d, at first %2d without a refusal, %2d worse; mean served loss %.4f%n",
                    judge.name(),
                    judge.published(),
                    judge.publishedAtFirst(),
                    judge.publishedWorse(),
                    judge.meanServedLoss());
            rows.add(Row.alone(judge.name() + ", published", judge.published(), "versions"));
            rows.add(Row.alone(judge.name() + ", mean served loss", judge.meanServedLoss(), "nats"));
        }
        out.flush();
    }

    /** Networks that differ by noise alone challenge each other, on windows that neither has seen. */
    private void duel(Weights weights) {
        Random random = new Random(options.seed());
        Answers[][] answers = new Answers[EQUALS][options.windows()];
        double[] losses = new double[EQUALS];
        List<Scorer> equals = new ArrayList<>();
        for (int i = 0; i < EQUALS; i++) {
            equals.add(engine.scorer(model, withNoise(weights, random)));
        }
        for (int window = 0; window < options.windows(); window++) {
            List<LabelledImage> images = digits.test(TEST_IMAGES + (long) window * WINDOW, WINDOW);
            for (int i = 0; i < EQUALS; i++) {
                answers[i][window] = digits.answers(equals.get(i), images);
                losses[i] += answers[i][window].evaluation().loss() / options.windows();
            }
        }
        int[] published = new int[judges.size()];
        int[] worse = new int[judges.size()];
        for (int duel = 0; duel < options.windows() * DUELS_PER_WINDOW; duel++) {
            int window = duel / DUELS_PER_WINDOW;
            int challenger = random.nextInt(EQUALS);
            int champion = (challenger + 1 + random.nextInt(EQUALS - 1)) % EQUALS;
            for (int judge = 0; judge < judges.size(); judge++) {
                if (judges.get(judge).publishes(answers[challenger][window], answers[champion][window])) {
                    published[judge]++;
                    worse[judge] += losses[challenger] > losses[champion] ? 1 : 0;
                }
            }
        }
        reportDuels(published, worse);
    }

    private void reportDuels(int[] published, int[] worse) {
        double duels = options.windows() * DUELS_PER_WINDOW;
        out.printf(
                Locale.ROOT,
                "%,.0f duels of that network with noise against itself with other noise; worse is by %,d images%n",
                duels,
                options.windows() * WINDOW);
        for (int judge = 0; judge < judges.size(); judge++) {
            out.printf(
                    Locale.ROOT,
                    "  %-42s published %4.1f %%, worse %4.1f %%%n",
                    judges.get(judge).name(),
                    100 * published[judge] / duels,
                    100 * worse[judge] / duels);
            rows.add(Row.alone(judges.get(judge).name() + ", A/A published", published[judge] / duels, "share"));
            rows.add(Row.alone(judges.get(judge).name() + ", A/A published worse", worse[judge] / duels, "share"));
        }
        out.flush();
    }

    private static Weights withNoise(Weights weights, Random random) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (NamedTensor tensor : weights.tensors()) {
            float[] values = tensor.values().clone();
            double squares = 0;
            for (float value : values) {
                squares += value * value;
            }
            double deviation = NOISE * Math.sqrt(squares / values.length);
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (deviation * random.nextGaussian());
            }
            tensors.add(new NamedTensor(tensor.name(), tensor.shape(), values));
        }
        return new Weights(tensors);
    }
}
