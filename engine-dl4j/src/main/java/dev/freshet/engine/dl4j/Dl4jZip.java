package dev.freshet.engine.dl4j;

import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Output;
import dev.freshet.core.model.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A version as a file that DL4J's {@code ModelSerializer.restoreMultiLayerNetwork} reads: the net and its weights, without
 * optimizer and dropout. The net takes normalised features, as scorers do. With a sigmoid as output it answers with the
 * probability of class 1 alone. Stateless.
 */
public final class Dl4jZip {
    private Dl4jZip() {}

    /**
     * The file's bytes.
     *
     * @throws IllegalArgumentException if DL4J has no net that answers as this one
     */
    public static byte[] encode(Snapshot snapshot) {
        MultiLayerNetwork network = network(snapshot.spec());
        try {
            Dl4jEngine.load(network, snapshot.spec(), snapshot.weights());
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ModelSerializer.writeModel(network, file, false);
            return file.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            network.close();
        }
    }

    private static MultiLayerNetwork network(ModelSpec spec) {
        NeuralNetConfiguration.ListBuilder layers =
                new NeuralNetConfiguration.Builder().weightInit(WeightInit.ZERO).list();
        int inputs = spec.input().size();
        for (LayerSpec hidden : spec.hidden()) {
            add(layers, inputs, hidden);
            inputs = hidden.units();
        }
        boolean sigmoid = spec.output() == Output.SIGMOID;
        layers.layer(new OutputLayer.Builder(sigmoid ? LossFunction.XENT : LossFunction.MCXENT)
                .nIn(inputs)
                .nOut(spec.outputs())
                .activation(sigmoid ? Activation.SIGMOID : Activation.SOFTMAX)
                .build());
        MultiLayerNetwork network = new QuietlyClosedNetwork(layers.build());
        network.init();
        return network;
    }

    private static void add(NeuralNetConfiguration.ListBuilder layers, int inputs, LayerSpec hidden) {
        DenseLayer.Builder dense = new DenseLayer.Builder().nIn(inputs).nOut(hidden.units());
        BatchNorm norm = hidden.batchNorm();
        if (norm == null) {
            layers.layer(dense.activation(Activations.of(hidden)).build());
            return;
        }
        layers.layer(dense.activation(Activation.IDENTITY).build());
        layers.layer(new BatchNormalization.Builder()
                .nIn(hidden.units())
                .nOut(hidden.units())
                .eps(norm.epsilon())
                // What the running values keep, where ours says what they take.
                .decay(1 - norm.momentum())
                // The variance itself rather than a logarithm of its root: then all is copied as it is.
                .useLogStd(false)
                .build());
        layers.layer(
                new ActivationLayer.Builder().activation(Activations.of(hidden)).build());
    }
}
