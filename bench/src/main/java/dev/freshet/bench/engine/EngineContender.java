package dev.freshet.bench.engine;

import dev.freshet.bench.peer.Contender;
import dev.freshet.bench.peer.ContenderOrders;
import dev.freshet.bench.peer.Workload;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.Scorer;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.engine.dl4j.Dl4jEngine;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** An engine of ours as a contender. Its {@link #main} is a process for one engine. */
public final class EngineContender implements Contender {
    private final Map<String, Supplier<Engine>> engines;
    private final Workload workload;
    private final List<MiniBatch> miniBatches;

    private EngineContender(Map<String, Supplier<Engine>> engines, Workload workload) {
        this.engines = engines;
        this.workload = workload;
        this.miniBatches = miniBatches(workload);
    }

    /** The engine in Java alone, for whoever measures it without a process. */
    public static Contender cpu(Workload workload) {
        return new EngineContender(Map.of(mode(1), CpuEngine::new), workload);
    }

    /** @param arguments the engine, {@code cpu} or {@code dl4j}, and the most threads */
    public static void main(String[] arguments) throws IOException {
        boolean cpu = arguments[0].equals("cpu");
        Map<String, Supplier<Engine>> engines = new LinkedHashMap<>();
        for (int threads : List.of(1, Integer.parseInt(arguments[1]))) {
            engines.put(mode(threads), cpu ? () -> CpuEngine.withThreads(threads) : () -> new Dl4jEngine(threads));
        }
        ContenderOrders.of(workload -> new EngineContender(engines, workload)).obey();
    }

    private static String mode(int threads) {
        return threads + (threads == 1 ? "-thread" : "-threads");
    }

    @Override
    public List<String> trainingModes() {
        return List.copyOf(engines.keySet());
    }

    @Override
    public List<String> scoringModes() {
        return List.copyOf(engines.keySet());
    }

    private Engine engine(String mode) {
        Supplier<Engine> engine = engines.get(mode);
        if (engine == null) {
            throw new IllegalArgumentException("mode " + mode + " is none of " + engines.keySet());
        }
        return engine.get();
    }

    @Override
    public Training training(String mode, double dropout) {
        Network network = engine(mode)
                .restore(model(dropout), TrainingSpec.of(Configuration.spec(workload.optimizer()), 1), weights());
        return new Training() {
            private int next;
            private double loss;

            @Override
            public void next() {
                loss = network.train(miniBatches.get(next)).loss();
                next = (next + 1) % miniBatches.size();
            }

            @Override
            public double loss() {
                return loss;
            }

            @Override
            public void close() {
                network.close();
            }
        };
    }

    @Override
    public Scoring scoring(String mode, int batch) {
        Scorer scorer = engine(mode).scorer(model(0), weights());
        int row = batch * workload.inputs();
        float[][] batches = IntStream.range(0, workload.images() / batch)
                .mapToObj(i -> Arrays.copyOfRange(workload.features(), i * row, (i + 1) * row))
                .toArray(float[][]::new);
        float[] probabilities = new float[batch * workload.classes()];
        return new Scoring() {
            private int next;

            @Override
            public void next() {
                scorer.score(batches[next], batch, probabilities);
                next = (next + 1) % batches.length;
            }

            @Override
            public float[] probabilities() {
                return probabilities;
            }

            @Override
            public void close() {
                scorer.close();
            }
        };
    }

    private ModelSpec model(double dropout) {
        int[] sizes = workload.sizes();
        List<LayerSpec> hidden = IntStream.range(1, sizes.length - 1)
                .mapToObj(layer -> new LayerSpec(sizes[layer], Activation.RELU, 0, dropout))
                .toList();
        return new ModelSpec(InputSpec.point(workload.inputs()), hidden, ModelSpec.numbered(workload.classes()));
    }

    private Weights weights() {
        int[] sizes = workload.sizes();
        List<NamedTensor> tensors = new ArrayList<>();
        for (int layer = 0; layer < workload.layers(); layer++) {
            tensors.add(new NamedTensor(
                    "layers." + layer + ".weight", List.of(sizes[layer + 1], sizes[layer]), workload.weights(layer)));
            tensors.add(
                    new NamedTensor("layers." + layer + ".bias", List.of(sizes[layer + 1]), workload.biases(layer)));
        }
        return new Weights(tensors);
    }

    private static List<MiniBatch> miniBatches(Workload workload) {
        List<MiniBatch> miniBatches = new ArrayList<>();
        FloatBuffer features = FloatBuffer.wrap(workload.features());
        for (int first = 0; first + workload.miniBatch() <= workload.images(); first += workload.miniBatch()) {
            MiniBatch miniBatch = new MiniBatch(workload.miniBatch(), workload.inputs());
            for (int i = first; i < first + workload.miniBatch(); i++) {
                miniBatch.add(features, workload.labels()[i]);
            }
            miniBatches.add(miniBatch);
        }
        return miniBatches;
    }
}
