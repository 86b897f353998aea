package dev.freshet.engine.dl4j;

import dev.freshet.core.evaluation.Scoring;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** DL4J's cross-entropy, which also counts what the network gets right while it learns: no second pass is needed for that. */
final class CountingCrossEntropy extends LossMCXENT {
    private static final long serialVersionUID = 1;

    private int correct;

    /** Examples of the newest mini-batch whose most probable class was their label. */
    int correct() {
        return correct;
    }

    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask) {
        int classes = Math.toIntExact(preOutput.size(1));
        float[] expected = rows(labels);
        float[] logits = rows(preOutput);
        correct = 0;
        for (int row = 0; row < preOutput.size(0); row++) {
            correct += Scoring.predictedClass(logits, row, classes) == Scoring.predictedClass(expected, row, classes)
                    ? 1
                    : 0;
        }
        return super.computeGradient(labels, preOutput, activation, mask);
    }

    /** Copied as a whole: DL4J's own way to an array of rows takes as long as the step. */
    private static float[] rows(INDArray matrix) {
        return matrix.dup('c').data().asFloat();
    }
}
