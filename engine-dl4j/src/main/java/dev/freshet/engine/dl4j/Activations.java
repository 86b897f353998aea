package dev.freshet.engine.dl4j;

import dev.freshet.core.model.LayerSpec;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Our activations among DL4J's: those that agree on the way forward, whatever they do on the way back. */
final class Activations {
    private Activations() {}

    /** @throws IllegalArgumentException if DL4J computes another function under that name */
    static IActivation of(LayerSpec layer) {
        return switch (layer.activation()) {
            case RELU -> new ActivationReLU();
            case SIGMOID -> new ActivationSigmoid();
            case TANH -> new ActivationTanH();
            case ELU -> new ActivationELU(layer.alpha());
            case LEAKY_RELU -> new ActivationLReLU(layer.alpha());
            case GELU ->
                throw new IllegalArgumentException("DL4J has no gelu: what it calls so cubes 0.044715 x instead of x,"
                        + " and is wrong by up to 0.03");
            case SWISH -> new ActivationSwish();
            case MISH -> new ActivationMish();
        };
    }
}
