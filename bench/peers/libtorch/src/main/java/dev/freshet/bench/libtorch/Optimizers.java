package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.Workload;
import dev.freshet.bench.peer.Workload.Rule;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** How gradients that autograd has left move the parameters. */
interface Optimizers {
    /** Lets go of the gradients: new ones are not added to old ones then, which saves a pass over them. */
    void forgetGradients();

    void step();

    /** {@code torch::optim}. */
    static Optimizers ofLibrary(Parameters parameters, Workload.Optimizer rule) {
        Optimizer optimizer = create(new TensorVector(parameters.all()), rule);
        return new Optimizers() {
            @Override
            public void forgetGradients() {
                optimizer.zero_grad(true);
            }

            @Override
            public void step() {
                optimizer.step();
            }
        };
    }

    /** One call for all parameters: what PyTorch's optimizers do with {@code fused=True}. */
    static Optimizers fused(Parameters parameters, Workload.Optimizer rule) {
        Tensor[] all = parameters.all();
        Optimizer gradients = create(new TensorVector(all), rule);
        FusedStep fused = new FusedStep(all, rule);
        return new Optimizers() {
            @Override
            public void forgetGradients() {
                gradients.zero_grad(true);
            }

            @Override
            public void step() {
                Tensor[] slopes = new Tensor[all.length];
                for (int i = 0; i < all.length; i++) {
                    slopes[i] = all[i].mutable_grad();
                }
                try (NoGradGuard guard = new NoGradGuard()) {
                    fused.step(slopes);
                }
            }
        };
    }

    private static Optimizer create(TensorVector parameters, Workload.Optimizer rule) {
        if (rule.rule() == Rule.ADAM) {
            return new Adam(parameters, new AdamOptions(rule.learningRate()));
        }
        SGDOptions options = new SGDOptions(rule.learningRate());
        options.momentum().put(rule.momentum());
        options.weight_decay().put(rule.weightDecay());
        return new SGD(parameters, options);
    }
}
