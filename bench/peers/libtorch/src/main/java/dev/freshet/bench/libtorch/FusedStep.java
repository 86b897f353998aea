package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.Workload;
import dev.freshet.bench.peer.Workload.Rule;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;

/**
 * The operators {@code _fused_adam_} and {@code _fused_sgd_}. They are not among those that JavaCPP has methods for, so they
 * are called as the dispatcher calls any operator: with a stack of values.
 */
final class FusedStep {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;
    /** Where the gradients are on the stack of both. */
    private static final int GRADIENTS = 1;

    private final OperatorHandle operator;
    private final IValue[] arguments;
    private final Tensor steps = torch.zeros();
    private final Scalar one = new Scalar(1.0);

    FusedStep(Tensor[] parameters, Workload.Optimizer rule) {
        IValue nothing = new IValue();
        IValue no = new IValue(false);
        IValue empty = list();
        IValue moved = list(parameters);
        if (rule.rule() == Rule.ADAM) {
            Tensor[] counts = new Tensor[parameters.length];
            Arrays.fill(counts, steps);
            operator = operator("aten::_fused_adam_");
            // parameters, gradients, first moments, second moments, their maxima, steps; then the numbers.
            arguments = new IValue[] {
                moved,
                empty,
                list(zerosLike(parameters)),
                list(zerosLike(parameters)),
                empty,
                list(counts),
                new IValue(rule.learningRate()),
                new IValue(BETA_1),
                new IValue(BETA_2),
                new IValue(rule.weightDecay()),
                new IValue(EPSILON),
                no,
                no,
                nothing,
                nothing
            };
        } else {
            boolean momentum = rule.rule() == Rule.MOMENTUM;
            operator = operator("aten::_fused_sgd_");
            // parameters, gradients, velocities; then the numbers, of which the last but four is the dampening. The
            // velocities begin with 0, which is as good as saying that this is the first step.
            arguments = new IValue[] {
                moved,
                empty,
                momentum ? list(zerosLike(parameters)) : empty,
                new IValue(rule.weightDecay()),
                new IValue(rule.momentum()),
                new IValue(rule.learningRate()),
                new IValue(0.0),
                no,
                no,
                no,
                nothing,
                nothing
            };
        }
    }

    /** @param gradients one for each parameter */
    void step(Tensor... gradients) {
        steps.add_(one);
        IValue[] stack = arguments.clone();
        stack[GRADIENTS] = list(gradients);
        operator.callBoxed(new IValueVector(stack));
    }

    private static OperatorHandle operator(String name) {
        return Dispatcher.singleton().findSchemaOrThrow(name, "");
    }

    private static Tensor[] zerosLike(Tensor[] tensors) {
        return Stream.of(tensors)
                .map(tensor -> torch.zeros(tensor.sizes().vec().get()))
                .toArray(Tensor[]::new);
    }

    private static IValue list(Tensor... tensors) {
        GenericList list = new GenericList(new Type.TypePtr(TensorType.get()));
        for (Tensor tensor : tensors) {
            list.push_back(new IValue(tensor));
        }
        return new IValue(list);
    }
}
