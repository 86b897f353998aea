package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.Contender.Training;
import dev.freshet.bench.peer.Workload;
import dev.freshet.bench.peer.Workload.Rule;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The same step without autograd: every operator writes into a tensor that is already there, and plain SGD is part of the
 * gradient's product. What libtorch's operators can give at best, to whoever writes the backward pass of each net.
 */
final class HandWrittenTraining extends LibtorchWork implements Training {
    /** {@code at::Reduction::Mean}, and the label that counts for nothing. */
    private static final long MEAN = 1;

    private static final long NO_LABEL = -100;
    private static final long[] ROWS = {0};

    private final Parameters parameters;
    private final double dropout;
    private final boolean sgd;
    private final FusedStep fused;

    private final Tensor[] transposedWeights;
    /** Each layer's outputs, {@code [batch][out]}, activated in place. */
    private final Tensor[] outputs;
    /** The loss's slope at each layer's weighted sums, {@code [batch][out]}. */
    private final Tensor[] deltas;

    private final Tensor[] transposedDeltas;
    private final Tensor[] masks;
    private final Tensor[] gradients;
    /** A 1 for each label, {@code [batch][classes]}. */
    private final Tensor[] targets;

    private final Tensor logProbabilities;
    private final Tensor loss = torch.zeros();
    private final Tensor totalWeight = torch.zeros();
    private final TensorOptional noWeights = new TensorOptional();
    private final GeneratorOptional anyGenerator = new GeneratorOptional();
    private final Scalar zero = new Scalar(0.0);
    private final Scalar one = new Scalar(1.0);
    private final Scalar perExample;
    private final Scalar perKept;
    private final Scalar descent;

    HandWrittenTraining(
            Batches batches, PointerScope everything, Parameters parameters, Workload workload, double dropout) {
        super(batches, everything);
        this.parameters = parameters;
        this.dropout = dropout;
        this.sgd = workload.optimizer().rule() == Rule.SGD;
        int batch = workload.miniBatch();
        int layers = parameters.layers();
        transposedWeights = new Tensor[layers];
        outputs = new Tensor[layers];
        deltas = new Tensor[layers];
        transposedDeltas = new Tensor[layers];
        masks = new Tensor[layers];
        for (int layer = 0; layer < layers; layer++) {
            int units = workload.sizes()[layer + 1];
            transposedWeights[layer] = parameters.weight(layer).t();
            outputs[layer] = torch.zeros(batch, units);
            deltas[layer] = torch.zeros(batch, units);
            transposedDeltas[layer] = deltas[layer].t();
            masks[layer] = torch.zeros(batch, units);
        }
        logProbabilities = torch.zeros(batch, workload.classes());
        gradients = Arrays.stream(parameters.all())
                .map(parameter -> torch.zeros(parameter.sizes().vec().get()))
                .toArray(Tensor[]::new);
        targets = new Tensor[batches.count()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = torch.zeros(batch, workload.classes())
                    .scatter_(1, batches.labels(i).unsqueeze(1), one);
        }
        fused = new FusedStep(parameters.all(), workload.optimizer());
        perExample = new Scalar(1.0 / batch);
        perKept = new Scalar(1 / (1 - dropout));
        descent = new Scalar(-workload.optimizer().learningRate());
    }

    @Override
    void work() {
        try (InferenceMode mode = new InferenceMode(true)) {
            forward();
            lastDeltas();
            backward();
            if (!sgd) {
                fused.step(gradients);
            }
        }
    }

    private void forward() {
        Tensor values = batches().features();
        for (int layer = 0; layer < outputs.length; layer++) {
            Tensor output = outputs[layer];
            torch.addmm_out(output, parameters.bias(layer), values, transposedWeights[layer]);
            if (layer + 1 < outputs.length) {
                output.relu_();
                if (dropout > 0) {
                    masks[layer].bernoulli_(1 - dropout, anyGenerator);
                    masks[layer].mul_(perKept);
                    output.mul_(masks[layer]);
                }
            }
            values = output;
        }
    }

    private void lastDeltas() {
        int last = outputs.length - 1;
        torch.log_softmax_out(logProbabilities, outputs[last], 1);
        torch.nll_loss_forward_out(
                loss, totalWeight, logProbabilities, batches().labels(), noWeights, MEAN, NO_LABEL);
        torch.exp_out(deltas[last], logProbabilities);
        deltas[last].sub_(targets[batches().index()]);
        deltas[last].mul_(perExample);
    }

    private void backward() {
        for (int layer = outputs.length - 1; layer >= 0; layer--) {
            Tensor delta = deltas[layer];
            if (layer > 0) {
                Tensor below = deltas[layer - 1];
                torch.mm_out(below, delta, parameters.weight(layer));
                if (dropout > 0) {
                    below.mul_(masks[layer - 1]);
                }
                torch.threshold_backward_out(below, below, outputs[layer - 1], zero);
            }
            Tensor inputs = layer == 0 ? batches().features() : outputs[layer - 1];
            Tensor biasGradient = gradients[2 * layer + 1];
            torch.sum_out(biasGradient, delta, ROWS);
            if (sgd) {
                parameters.weight(layer).addmm_(transposedDeltas[layer], inputs, one, descent);
                parameters.bias(layer).add_(biasGradient, descent);
            } else {
                torch.mm_out(gradients[2 * layer], transposedDeltas[layer], inputs);
            }
        }
    }

    @Override
    public double loss() {
        return loss.item_float();
    }
}
