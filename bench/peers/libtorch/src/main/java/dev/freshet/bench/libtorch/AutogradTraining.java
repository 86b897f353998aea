package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.Contender.Training;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The usual step: forward, {@code loss.backward()}, {@code optimizer.step()}. */
final class AutogradTraining extends LibtorchWork implements Training {
    private final Parameters parameters;
    private final double dropout;
    private final Optimizers optimizer;
    private final TensorOptional[] biases;
    private Tensor loss = torch.zeros();

    AutogradTraining(
            Batches batches, PointerScope everything, Parameters parameters, double dropout, Optimizers optimizer) {
        super(batches, everything);
        this.parameters = parameters;
        this.dropout = dropout;
        this.optimizer = optimizer;
        this.biases = parameters.optionalBiases();
        for (Tensor parameter : parameters.all()) {
            parameter.set_requires_grad(true);
        }
    }

    @Override
    void work() {
        optimizer.forgetGradients();
        Tensor values = batches().features();
        for (int layer = 0; layer < parameters.layers(); layer++) {
            values = torch.linear(values, parameters.weight(layer), biases[layer]);
            if (layer + 1 < parameters.layers()) {
                values = values.relu_();
                values = dropout > 0 ? torch.dropout(values, dropout, true) : values;
            }
        }
        Tensor newest = torch.cross_entropy_loss(values, batches().labels());
        newest.backward();
        optimizer.step();
        loss.releaseReference();
        loss = newest.retainReference();
    }

    @Override
    public double loss() {
        return loss.item_float();
    }
}
