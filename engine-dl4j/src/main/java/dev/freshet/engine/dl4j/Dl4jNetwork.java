package dev.freshet.engine.dl4j;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.engine.Network;
import dev.freshet.engine.StepResult;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network that learns on DL4J. DL4J's networks are not thread-safe, so this one belongs to one thread. */
final class Dl4jNetwork implements Network {
    private static final double LARGEST_GRADIENT = 1e18;

    /** It moves no weight. */
    private static final double SMALLEST_LEARNING_RATE = 1e-30;

    private final ModelSpec spec;
    private final MultiLayerNetwork network;
    /** Held here, since {@link MultiLayerNetwork#clear} forgets it, and with it the moments of Adam. */
    private final Updater updater;

    private int steps;

    Dl4jNetwork(ModelSpec spec, MultiLayerNetwork network) {
        this.spec = spec;
        this.network = network;
        this.updater = network.getUpdater();
    }

    @Override
    public void predict(MiniBatch miniBatch, float[] probabilities) {
        Dl4jScorer.score(network, miniBatch.features(), miniBatch.size(), miniBatch.inputs(), probabilities);
    }

    /** What {@code MultiLayerNetwork.fit} does, with a look at the gradients before they reach the weights. */
    @Override
    public StepResult train(MiniBatch miniBatch) {
        int size = miniBatch.size();
        try (INDArray features = Dl4jScorer.matrix(miniBatch.features(), size, miniBatch.inputs());
                INDArray labels = oneHot(miniBatch)) {
            network.setInput(features);
            network.setLabels(labels);
            network.computeGradientAndScore();
            double loss = network.score();
            INDArray gradients = network.getFlattenedGradients();
            // NaN and infinity survive the norm; a gradient whose square is infinite would freeze Adam's second moment.
            if (!Double.isFinite(loss) || !(gradients.norm2Number().doubleValue() <= LARGEST_GRADIENT)) {
                return StepResult.discarded(loss);
            }
            updater.update(network, network.gradient(), steps, 0, size, LayerWorkspaceMgr.noWorkspaces());
            network.params().subi(gradients.reshape(gradients.length()));
            steps++;
            return new StepResult(loss, loss().correct(), StepResult.Outcome.APPLIED);
        } finally {
            network.clear();
        }
    }

    private INDArray oneHot(MiniBatch miniBatch) {
        int classes = spec.classes().size();
        float[] rows = new float[miniBatch.size() * classes];
        for (int row = 0; row < miniBatch.size(); row++) {
            rows[row * classes + miniBatch.labels()[row]] = 1;
        }
        return Nd4j.create(rows, new long[] {miniBatch.size(), classes});
    }

    private CountingCrossEntropy loss() {
        return (CountingCrossEntropy)
                ((OutputLayer) network.getOutputLayer().conf().getLayer()).getLossFn();
    }

    /** Where the updater reads it; the network's own method would make a new updater besides, with memory for all moments. */
    @Override
    public void setLearningRate(double learningRate) {
        // Where the step is 0, DL4J's Adam takes ε for it.
        double rate = Math.max(learningRate, SMALLEST_LEARNING_RATE);
        for (Layer layer : network.getLayers()) {
            ((BaseLayer) layer.conf().getLayer()).getIUpdater().setLrAndSchedule(rate, null);
        }
    }

    @Override
    public Weights weights() {
        return Dl4jEngine.save(network, spec);
    }

    @Override
    public void close() {
        network.close();
        // The network forgets the updater at every clear, so it cannot free what the updater holds.
        if (updater.getStateViewArray() != null && updater.getStateViewArray().closeable()) {
            updater.getStateViewArray().close();
        }
    }
}
