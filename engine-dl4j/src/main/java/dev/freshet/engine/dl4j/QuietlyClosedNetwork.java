package dev.freshet.engine.dl4j;

import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A DL4J network whose {@link #close} frees its own memory and nothing else.
 *
 * <p>DL4J's also runs a full garbage collection, 80 ms in which no thread scores, and destroys the workspaces that other
 * networks of the calling thread are about to use. A server closes one network a processor at every swap.
 */
@SuppressWarnings("overrides") // of DL4J's own making: an array where its interface has varargs
final class QuietlyClosedNetwork extends MultiLayerNetwork {
    private static final long serialVersionUID = 1;

    QuietlyClosedNetwork(MultiLayerConfiguration configuration) {
        super(configuration);
    }

    @Override
    public void close() {
        free(flattenedParams);
        free(flattenedGradients);
        Updater updater = getUpdater(false);
        if (updater != null) {
            free(updater.getStateViewArray());
        }
    }

    private static void free(@Nullable INDArray array) {
        if (array != null && array.closeable()) {
            array.close();
        }
    }
}
