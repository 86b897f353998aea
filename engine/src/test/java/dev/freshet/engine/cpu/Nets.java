package dev.freshet.engine.cpu;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.training.OptimizerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Nets that two ways of computing must agree on. */
public final class Nets {
    /** DL4J does not scale ε with the bias correction, as PyTorch and this engine do; one so small plays no part. */
    private static final OptimizerSpec ADAM = new OptimizerSpec.Adam(0.001, 0.9, 0.999, 1e-12);

    private Nets() {}

    /**
     * Net, optimizer, share of zeros and size of a mini-batch: odd sizes, so that every kind of tile and padding has its
     * turn; with few zeros and with many.
     */
    public static Stream<Arguments> ofOddSizes() {
        List<Arguments> nets = new ArrayList<>();
        for (double zeros : new double[] {0, 0.9}) {
            for (OptimizerSpec optimizer : List.of(ADAM, new OptimizerSpec.Sgd(0.1))) {
                nets.add(Arguments.of(spec(37, 10, new LayerSpec(130, Activation.RELU)), optimizer, zeros, 19));
                nets.add(Arguments.of(
                        spec(200, 3, new LayerSpec(65, Activation.TANH), new LayerSpec(7, Activation.SIGMOID)),
                        optimizer,
                        zeros,
                        20));
                nets.add(Arguments.of(spec(5, 2), optimizer, zeros, 1));
                nets.add(Arguments.of(
                        spec(90, 4, new LayerSpec(70, Activation.MISH), new LayerSpec(9, Activation.ELU)),
                        optimizer,
                        zeros,
                        12));
                nets.add(Arguments.of(spec(300, 70, new LayerSpec(96, Activation.RELU)), optimizer, zeros, 33));
            }
        }
        return nets.stream();
    }

    /** Likewise, with layers whose inputs are summed up in slices, and with mini-batches that are copied. */
    static Stream<Arguments> ofOddSizesAndInSlices() {
        ModelSpec hidden = spec(2_117, 4, new LayerSpec(131, Activation.RELU));
        ModelSpec output = spec(2_050, 17);
        ModelSpec narrow = spec(600, 4, new LayerSpec(13, Activation.RELU));
        Stream<Arguments> inSlices = Stream.of(0.0, 0.9).flatMap(zeros -> Stream.of(hidden, output, narrow)
                .flatMap(net -> Stream.of(ADAM, new OptimizerSpec.Sgd(0.1))
                        .map(optimizer -> Arguments.of(net, optimizer, zeros, 19))));
        Stream<Arguments> large = Stream.of(hidden, spec(150, 70, new LayerSpec(130, Activation.RELU)))
                .map(net -> Arguments.of(net, ADAM, 0.0, 141));
        return Stream.concat(ofOddSizes(), Stream.concat(inSlices, large));
    }

    static ModelSpec spec(int inputs, int classes, LayerSpec... hidden) {
        return new ModelSpec(InputSpec.point(inputs), List.of(hidden), ModelSpec.numbered(classes));
    }
}
