package dev.freshet.launcher;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import java.util.List;

/** The net where no section {@code model} names one. */
final class DefaultModel {
    /** Enough for 96 to 97 % on MNIST after one pass. */
    private static final List<LayerSpec> HIDDEN = List.of(new LayerSpec(512, Activation.RELU));

    private DefaultModel() {}

    static ModelSpec forMnist() {
        return forData(InputSpec.image(1, 28, 28), ModelSpec.numbered(10));
    }

    static ModelSpec forData(InputSpec input, List<String> classes) {
        return new ModelSpec(input, HIDDEN, classes);
    }
}
