package dev.freshet.engine.cpu;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Network;
import dev.freshet.engine.NetworkState;
import dev.freshet.engine.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network that learns: forward, deltas backward, then {@link Descent} moves the weights. All buffers are kept, so a step
 * allocates nothing but its result. Belongs to one thread.
 */
final class CpuNetwork implements Network {
    /**
     * A gradient that could be larger is taken for one that is not finite: its square, which Adam keeps, would be infinite
     * and freeze its weight for good.
     */
    private static final double LARGEST_GRADIENT = 1e18;

    private final Kernels kernels;
    private final Crew crew;
    private final ThreadChoice threads;
    private final Layers model;
    private final List<DenseLayer> layers;
    private final List<HiddenLayer> hidden;
    private final OutputLayer output;
    private final Descent descent;
    /** Of each layer; those of the first are looked at where it is large enough. */
    private final List<Inputs> inputs;

    private final boolean looksForZeros;
    private int capacity;
    /** Mini-batches that were learned from. */
    private long miniBatches;

    private double learningRate;

    // What the phases of the present step work on, and the phases, made once, so that a step allocates nothing.
    private MiniBatch miniBatch = new MiniBatch(1, 1);
    private boolean isPrediction;
    private final Crew.Phase read = this::readInputs;
    private final List<Crew.Phase> sumSlices;
    private final List<Crew.Phase> forward;
    private final List<Crew.Phase> activate;
    private final List<Crew.Phase> slopes;
    private final List<Crew.Phase> backward;
    private final List<Crew.Phase> learn;

    CpuNetwork(
            ModelSpec spec, TrainingSpec training, Kernels kernels, Crew crew, ThreadChoice threads, Weights weights) {
        this.kernels = kernels;
        this.crew = crew;
        this.threads = threads;
        this.model = new Layers(spec, kernels, weights);
        this.layers = model.dense();
        this.inputs = layers.stream().map(DenseLayer::inputs).toList();
        this.looksForZeros = layers.get(0).isLargeEnoughForZeros();
        this.output = new OutputLayer(spec, layers.get(layers.size() - 1), kernels);
        List<HiddenLayer> hiddenLayers = new ArrayList<>();
        List<UnitUpdate> normUpdates = new ArrayList<>();
        for (int i = 0; i < spec.hidden().size(); i++) {
            LayerSpec layer = spec.hidden().get(i);
            NormLayer normLayer = model.norm(i);
            NormTraining norm = normLayer == null ? null : new NormTraining(normLayer, training, kernels);
            if (norm != null) {
                normUpdates.addAll(norm.updates());
            }
            Dropout dropout = layer.dropout() > 0 ? new Dropout(kernels, training.seed(), i, layer.dropout()) : null;
            hiddenLayers.add(new HiddenLayer(kernels, layer, layers.get(i), norm, dropout, i == 0));
        }
        this.hidden = List.copyOf(hiddenLayers);
        this.descent = new Descent(training, kernels, layers, normUpdates, crew.size());
        this.learningRate = training.optimizer().learningRate();
        this.sumSlices = phases(hidden.size(), this::sumSlice);
        this.forward = phases(hidden.size(), this::forward);
        this.activate = phases(hidden.size(), this::activate);
        this.slopes = phases(hidden.size(), this::takeSlopes);
        this.backward = phases(hidden.size(), this::backward);
        this.learn = phases(layers.size(), this::learn);
    }

    /** Part of a layer's share in a step. */
    @FunctionalInterface
    private interface LayerPhase {
        void run(int layer, int chunk, int worker);
    }

    private static List<Crew.Phase> phases(int layers, LayerPhase phase) {
        return IntStream.range(0, layers)
                .<Crew.Phase>mapToObj(layer -> (chunk, worker) -> phase.run(layer, chunk, worker))
                .toList();
    }

    @Override
    public void predict(MiniBatch examples, float[] probabilities) {
        forward(examples, true);
        output.probabilities(examples.size(), probabilities);
    }

    @Override
    public StepResult train(MiniBatch examples) {
        crew.setActive(threads.beforeStep());
        forward(examples, false);
        StepResult result = learnFrom(examples);
        threads.afterStep(examples.size());
        return result;
    }

    @Override
    public StepResult testThenTrain(MiniBatch examples, float[] probabilities) {
        crew.setActive(threads.beforeStep());
        forward(examples, true);
        output.probabilities(examples.size(), probabilities);
        forwardAgain();
        StepResult result = learnFrom(examples);
        threads.afterStep(examples.size());
        return result;
    }

    /** What follows the forward pass. */
    private StepResult learnFrom(MiniBatch examples) {
        double loss = output.loss(examples, kernels);
        if (!Double.isFinite(loss)) {
            return StepResult.discarded(loss);
        }
        backward();
        if (!gradientsAreBounded()) {
            return StepResult.discarded(loss);
        }
        boolean moved = learn();
        return new StepResult(
                loss, output.correct(), moved ? StepResult.Outcome.APPLIED : StepResult.Outcome.ACCUMULATED);
    }

    /** @param prediction whether no outputs are dropped, and mini-batches not normalised by themselves */
    private void forward(MiniBatch examples, boolean prediction) {
        int rows = examples.size();
        miniBatch = examples;
        isPrediction = prediction;
        reserve(rows);
        Inputs first = inputs.get(0);
        if (looksForZeros) {
            first.beginReading(examples.features(), 0, rows);
            if (!first.areReadInSlices()) {
                crew.run(read, first.groups() - 1);
            }
        } else {
            first.set(examples.features(), 0, examples.inputs(), rows);
            first.copyColumns(0, examples.inputs());
        }
        forwardFrom(0);
    }

    private void forwardFrom(int firstLayer) {
        for (int layer = firstLayer; layer < hidden.size(); layer++) {
            HiddenLayer here = hidden.get(layer);
            here.begin(miniBatch.size(), isPrediction);
            if (here.isSliced()) {
                crew.run(sumSlices.get(layer), layers.get(layer).inputSlices());
            }
            handOn(layer);
            crew.run(forward.get(layer), here.panelCount());
        }
        output.forward(inputs.get(hidden.size()));
    }

    private void handOn(int layer) {
        HiddenLayer here = hidden.get(layer);
        inputs.get(layer + 1).set(here.outputs(), 0, here.row(), miniBatch.size());
    }

    /** After a prediction, the forward pass of a step: up to the first layer that does something else then, it is the same. */
    private void forwardAgain() {
        isPrediction = false;
        int layer = 0;
        while (layer < hidden.size() && hidden.get(layer).predictsAsItLearns()) {
            layer++;
        }
        if (layer < hidden.size()) {
            crew.run(activate.get(layer), hidden.get(layer).panelCount());
            forwardFrom(layer + 1);
        }
    }

    private void activate(int layer, int panel, int worker) {
        hidden.get(layer).activate(inputs.get(layer + 1), false, miniBatches, panel);
    }

    private void readInputs(int chunk, int worker) {
        inputs.get(0).readGroup(chunk + 1);
    }

    private double largestInput() {
        return looksForZeros
                ? inputs.get(0).largest()
                : kernels.largest(miniBatch.features(), 0, 0, 1, miniBatch.size() * miniBatch.inputs());
    }

    private void sumSlice(int layer, int slice, int worker) {
        hidden.get(layer).sumSlice(inputs.get(layer), slice);
    }

    private void forward(int layer, int panel, int worker) {
        hidden.get(layer).forward(inputs.get(layer), inputs.get(layer + 1), isPrediction, miniBatches, panel);
    }

    private float[] deltas(int layer) {
        return layer < hidden.size() ? hidden.get(layer).deltas() : output.deltas();
    }

    private void backward() {
        for (int layer = hidden.size() - 1; layer >= 0; layer--) {
            int panels = hidden.get(layer).panelCount();
            crew.run(slopes.get(layer), layers.get(layer + 1).slices() * panels);
            crew.run(backward.get(layer), panels);
        }
    }

    private void takeSlopes(int layer, int chunk, int worker) {
        int panels = hidden.get(layer).panelCount();
        hidden.get(layer)
                .takeSlopes(layers.get(layer + 1), transposedDeltas(layer + 1), chunk / panels, chunk % panels);
    }

    private void backward(int layer, int panel, int worker) {
        int exampleRow = transposedDeltas(layer + 1).panels().paddedOutputs();
        int slices = layers.get(layer + 1).slices();
        hidden.get(layer).backward(exampleRow, slices, miniBatch.size(), miniBatches, panel);
    }

    private Transposed transposedDeltas(int layer) {
        return layer < hidden.size() ? hidden.get(layer).transposed() : output.transposed();
    }

    /** No entry of a gradient is larger than examples × largest input × largest delta; NaN is in no bounds. */
    private boolean gradientsAreBounded() {
        int rows = miniBatch.size();
        double largestInput = largestInput();
        for (int layer = 0; layer < layers.size(); layer++) {
            boolean isHidden = layer < hidden.size();
            double largestDelta = isHidden ? hidden.get(layer).largestDelta() : output.largestDelta(rows, kernels);
            if (!(rows * Math.max(1, largestInput) * largestDelta <= LARGEST_GRADIENT)) {
                return false;
            }
            if (isHidden) {
                if (!hidden.get(layer).isBounded(LARGEST_GRADIENT)) {
                    return false;
                }
                largestInput = hidden.get(layer).largestOutput();
            }
        }
        return true;
    }

    /** @return whether the weights have moved */
    private boolean learn() {
        int rows = miniBatch.size();
        miniBatches++;
        for (int layer = 0; layer < layers.size(); layer++) {
            descent.begin(layer, inputs.get(layer), deltas(layer));
        }
        for (int layer = layers.size() - 1; layer >= 0; layer--) {
            crew.runBackwards(learn.get(layer), layers.get(layer).parts());
        }
        for (int layer = 0; layer < hidden.size(); layer++) {
            hidden.get(layer).learn(rows);
        }
        return descent.stepIfDue();
    }

    private void learn(int layer, int part, int worker) {
        descent.learn(layer, inputs.get(layer), deltas(layer), part, worker);
    }

    @Override
    public void setLearningRate(double rate) {
        learningRate = rate;
        descent.setLearningRate(rate);
    }

    private void reserve(int rows) {
        if (rows <= capacity) {
            return;
        }
        capacity = rows;
        hidden.forEach(layer -> layer.reserve(rows));
        output.reserve(rows);
    }

    @Override
    public Weights weights() {
        return model.weights();
    }

    @Override
    public NetworkState state() {
        State.Writer writer = new State.Writer();
        show(writer);
        return writer.with(weights());
    }

    /** @throws IllegalArgumentException if the state is of another net or optimizer */
    void goOnFrom(NetworkState state) {
        show(new State.Reader(state));
        setLearningRate(learningRate);
        inputs.forEach(Inputs::forgetZeros);
    }

    private void show(State state) {
        miniBatches = state.counter("mini-batches", miniBatches);
        learningRate = Double.longBitsToDouble(state.counter("learning-rate", Double.doubleToLongBits(learningRate)));
        descent.show(state);
    }

    @Override
    public void close() {
        crew.close();
    }
}
