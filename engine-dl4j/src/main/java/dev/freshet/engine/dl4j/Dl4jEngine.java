package dev.freshet.engine.dl4j;

import dev.freshet.core.config.Config;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Output;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Device;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.nd4j.nativeblas.NativeOpsHolder;

/** Networks and scorers on Deeplearning4j, with whichever backend of ND4J the class path has. */
public final class Dl4jEngine implements Engine {
    /** With GELU and swish DL4J's losses leave PyTorch's by more than 1e-5 in 20 steps; its ELU forgets α on the way back. */
    private static final Set<Activation> COMPUTED_AS_DEFINED =
            EnumSet.complementOf(EnumSet.of(Activation.GELU, Activation.SWISH));

    private final Device device;
    private final int threads;

    /**
     * On the processor.
     *
     * @param threads native threads of one operation, at least 1. They spin while they wait, so with a broker or a
     *     server on the same cores more than one costs more than it gives
     */
    public Dl4jEngine(int threads) {
        this(Device.CPU, threads);
    }

    Dl4jEngine(Device device, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("engine.threads must be at least 1, was " + threads);
        }
        this.device = device;
        this.threads = threads;
    }

    @Override
    public String name() {
        return "dl4j";
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public String description() {
        return "dl4j (" + Config.nameOf(device) + ")";
    }

    @Override
    public Network restore(ModelSpec spec, TrainingSpec training, Weights weights) {
        refuseWhatIsLacking(training);
        MultiLayerNetwork network = build(spec, updater(training.optimizer()), training.seed());
        load(network, spec, weights);
        return new Dl4jNetwork(spec, network);
    }

    @Override
    public Scorer scorer(ModelSpec spec, Weights weights) {
        List<MultiLayerNetwork> networks = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            MultiLayerNetwork network = build(spec, new Sgd(0), 0);
            load(network, spec, weights);
            networks.add(network);
        }
        return new Dl4jScorer(spec, networks);
    }

    private static void refuseWhatIsLacking(TrainingSpec training) {
        require(training.l1() == 0, "trainer.l1 must be 0", training.l1());
        require(training.accumulation() == 1, "trainer.accumulation must be 1", training.accumulation());
        double norm = training.clipping().norm();
        require(norm == Double.POSITIVE_INFINITY, "trainer.clip.norm must be left out", norm);
        double value = training.clipping().value();
        require(value == Double.POSITIVE_INFINITY, "trainer.clip.value must be left out", value);
    }

    private static void refuseWhatIsLacking(ModelSpec spec) {
        require(spec.output() != Output.SIGMOID, "model.output must be softmax or log-softmax", "sigmoid");
        for (LayerSpec layer : spec.hidden()) {
            require(layer.batchNorm() == null, "model.hidden must do without batch-norm", layer);
            require(
                    COMPUTED_AS_DEFINED.contains(layer.activation())
                            && (layer.activation() != Activation.ELU || layer.alpha() == 1),
                    "model.hidden must do without gelu, swish, and elu of an alpha other than 1",
                    layer);
        }
    }

    private static void require(boolean condition, String otherwise, Object was) {
        if (!condition) {
            throw new IllegalArgumentException(
                    otherwise + " with engine.type dl4j, was " + was + "; engine.type cpu has it");
        }
    }

    private MultiLayerNetwork build(ModelSpec spec, IUpdater updater, long seed) {
        refuseWhatIsLacking(spec);
        prepare();
        NeuralNetConfiguration.ListBuilder layers =
                new NeuralNetConfiguration.Builder().seed(seed).updater(updater).list();
        int inputs = spec.input().size();
        // DL4J drops a layer's inputs, which are the outputs of the one before.
        double kept = 1;
        for (LayerSpec hidden : spec.hidden()) {
            layers.layer(new DenseLayer.Builder()
                    .nIn(inputs)
                    .nOut(hidden.units())
                    .dropOut(kept)
                    .activation(Activations.of(hidden))
                    .weightInit(WeightInit.ZERO)
                    .build());
            inputs = hidden.units();
            kept = 1 - hidden.dropout();
        }
        layers.layer(new OutputLayer.Builder(new CountingCrossEntropy())
                .nIn(inputs)
                .dropOut(kept)
                .nOut(spec.classes().size())
                .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
                .weightInit(WeightInit.ZERO)
                .build());
        MultiLayerNetwork network = new QuietlyClosedNetwork(layers.build());
        network.init();
        return network;
    }

    private void prepare() {
        // The first touch of Nd4j loads the native backend, which the holder then refers to.
        String backend = Nd4j.getBackend().getClass().getName();
        if (backend.equals(Dl4jProvider.CUDA_BACKEND) != (device == Device.GPU)) {
            throw new IllegalStateException("engine.device is " + Config.nameOf(device) + ", but ND4J took " + backend
                    + ": let only one backend be on the class path");
        }
        if (device == Device.CPU) {
            limitNativeThreads();
        }
    }

    private void limitNativeThreads() {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        openblas.blas_set_num_threads(threads);
    }

    /** DL4J's momentum, RMSProp, Adagrad and Adadelta differ from PyTorch's: nothing here may differ in silence. */
    private static IUpdater updater(OptimizerSpec optimizer) {
        require(optimizer.weightDecay() == 0, "trainer.optimizer.weight-decay must be 0", optimizer.weightDecay());
        if (optimizer instanceof OptimizerSpec.Adam adam) {
            require(!adam.amsgrad(), "trainer.optimizer.amsgrad must be false", true);
            return new Adam(adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon());
        }
        if (optimizer instanceof OptimizerSpec.Sgd sgd) {
            return new Sgd(sgd.learningRate());
        }
        throw new IllegalArgumentException("trainer.optimizer.type must be adam or sgd with engine.type dl4j, was "
                + optimizer + "; engine.type cpu has it");
    }

    /**
     * DL4J keeps all parameters in one row, each layer's weights {@code [in, out]} column by column and then its biases,
     * which is PyTorch's {@code [out, in]} row by row: copying in order is all there is to do.
     */
    static void load(MultiLayerNetwork network, ModelSpec spec, Weights weights) {
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
