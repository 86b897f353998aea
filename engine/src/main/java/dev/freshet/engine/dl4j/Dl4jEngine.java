package dev.freshet.engine.dl4j;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.OptimizerSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.openblas.global.openblas;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Networks and scorers on Deeplearning4j's CPU backend. */
public final class Dl4jEngine implements Engine {
    private final int threads;

    /**
     * @param threads native threads of one operation, at least 1. They spin while they wait, so with a broker or a
     *     server on the same cores more than one costs more than it gives
     */
    public Dl4jEngine(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("engine.threads must be at least 1, was " + threads);
        }
        this.threads = threads;
    }

    @Override
    public String name() {
        return "dl4j";
    }

    @Override
    public Network restore(ModelSpec spec, OptimizerSpec optimizer, Weights weights) {
        MultiLayerNetwork network = build(spec, updater(optimizer));
        load(network, spec, weights);
        return new Dl4jNetwork(spec, network);
    }

    @Override
    public Scorer scorer(ModelSpec spec, Weights weights) {
        List<MultiLayerNetwork> networks = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            MultiLayerNetwork network = build(spec, new Sgd(0));
            load(network, spec, weights);
            networks.add(network);
        }
        return new Dl4jScorer(spec, networks);
    }

    private MultiLayerNetwork build(ModelSpec spec, IUpdater updater) {
        limitNativeThreads();
        NeuralNetConfiguration.ListBuilder layers =
                new NeuralNetConfiguration.Builder().updater(updater).list();
        int inputs = spec.input().size();
        for (LayerSpec hidden : spec.hidden()) {
            layers.layer(new DenseLayer.Builder()
                    .nIn(inputs)
                    .nOut(hidden.units())
                    .activation(activation(hidden.activation()))
                    .weightInit(WeightInit.ZERO)
                    .build());
            inputs = hidden.units();
        }
        layers.layer(new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(inputs)
                .nOut(spec.classes().size())
                .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
                .weightInit(WeightInit.ZERO)
                .build());
        MultiLayerNetwork network = new QuietlyClosedNetwork(layers.build());
        network.init();
        return network;
    }

    private void limitNativeThreads() {
        // The first touch of Nd4j loads the native backend, which the holder then refers to.
        Nd4j.getBackend();
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        openblas.blas_set_num_threads(threads);
    }

    private static org.nd4j.linalg.activations.Activation activation(Activation activation) {
        return switch (activation) {
            case RELU -> org.nd4j.linalg.activations.Activation.RELU;
            case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
            case TANH -> org.nd4j.linalg.activations.Activation.TANH;
        };
    }

    private static IUpdater updater(OptimizerSpec optimizer) {
        if (optimizer instanceof OptimizerSpec.Adam adam) {
            return new Adam(adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon());
        }
        return new Sgd(optimizer.learningRate());
    }

    /**
     * DL4J keeps all parameters in one row, each layer's weights {@code [in, out]} column by column and then its biases,
     * which is PyTorch's {@code [out, in]} row by row: copying in order is all there is to do.
     */
    private static void load(MultiLayerNetwork network, ModelSpec spec, Weights weights) {
        float[] row = new float[Math.toIntExact(network.numParams())];
        int position = 0;
        for (NamedTensor tensor : weights.fitTo(spec).tensors()) {
            System.arraycopy(tensor.values(), 0, row, position, tensor.values().length);
            position += tensor.values().length;
        }
        try (INDArray parameters = Nd4j.create(row, new long[] {1, row.length})) {
            network.setParams(parameters);
        }
    }

    /** The counterpart of {@link #load}. */
    static Weights save(MultiLayerNetwork network, ModelSpec spec) {
        float[] row = network.params().toFloatVector();
        List<NamedTensor> tensors = new ArrayList<>();
        int position = 0;
        for (Map.Entry<String, List<Integer>> parameter : spec.parameterShapes().entrySet()) {
            int size = parameter.getValue().stream().reduce(1, (a, b) -> a * b);
            float[] values = Arrays.copyOfRange(row, position, position + size);
            tensors.add(new NamedTensor(parameter.getKey(), parameter.getValue(), values));
            position += size;
        }
        return new Weights(tensors);
    }
}
