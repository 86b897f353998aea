package dev.freshet.server;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.Scorer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A forward pass in plain Java, which also watches that scorers are closed once and never used afterwards. */
public final class PlainEngine implements Engine {
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public Network restore(ModelSpec spec, TrainingSpec training, Weights weights) {
        throw new UnsupportedOperationException("serving does not train");
    }

    @Override
    public Scorer scorer(ModelSpec spec, Weights weights) {
        open.incrementAndGet();
        return new PlainScorer(spec, weights.fitTo(spec));
    }

    /** Whoever scores from now on waits until {@link #release}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    /** Threads that score now, or are held. */
    public int scoring() {
        return inside.get();
    }

    private void pass() {
        inside.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            inside.decrementAndGet();
        }
    }

    /** Scorers that were made and not closed. */
    public int openScorers() {
        return open.get();
    }

    private final class PlainScorer implements Scorer {
        private final ModelSpec spec;
        private final Weights weights;
        private final AtomicInteger scoring = new AtomicInteger();
        private volatile boolean closed;

        PlainScorer(ModelSpec spec, Weights weights) {
            this.spec = spec;
            this.weights = weights;
        }

        @Override
        public void score(float[] features, int size, float[] probabilities, float @Nullable [] logits) {
            scoring.incrementAndGet();
            pass();
            if (closed) {
                throw new IllegalStateException("scored with a closed scorer");
            }
            int inputs = spec.input().size();
            int classes = spec.classes().size();
            for (int i = 0; i < size; i++) {
                float[] row = new float[inputs];
                System.arraycopy(features, i * inputs, row, 0, inputs);
                float[] sums = logits(row);
                System.arraycopy(softmax(sums), 0, probabilities, i * classes, classes);
                if (logits != null) {
                    System.arraycopy(sums, 0, logits, i * classes, classes);
                }
            }
            scoring.decrementAndGet();
        }

        private float[] logits(float[] row) {
            float[] values = row;
            int layers = spec.hidden().size() + 1;
            for (int layer = 0; layer < layers; layer++) {
                float[] weight = weights.tensors().get(2 * layer).values();
                float[] bias = weights.tensors().get(2 * layer + 1).values();
                float[] sums = new float[bias.length];
                for (int out = 0; out < sums.length; out++) {
                    float sum = bias[out];
                    for (int in = 0; in < values.length; in++) {
                        sum += weight[out * values.length + in] * values[in];
                    }
                    sums[out] = layer + 1 < layers
                            ? activate(spec.hidden().get(layer).activation(), sum)
                            : sum;
                }
                values = sums;
            }
            return values;
        }

        private static float activate(Activation activation, float sum) {
            return switch (activation) {
                case RELU -> Math.max(0, sum);
                case SIGMOID -> (float) (1 / (1 + Math.exp(-sum)));
                case TANH -> (float) Math.tanh(sum);
                default -> throw new IllegalArgumentException("no test serves " + activation);
            };
        }

        private static float[] softmax(float[] logits) {
            float largest = Float.NEGATIVE_INFINITY;
            for (float logit : logits) {
                largest = Math.max(largest, logit);
            }
            float sum = 0;
            float[] shares = new float[logits.length];
            for (int i = 0; i < logits.length; i++) {
                shares[i] = (float) Math.exp(logits[i] - largest);
                sum += shares[i];
            }
            for (int i = 0; i < shares.length; i++) {
                shares[i] /= sum;
            }
            return shares;
        }

        @Override
        public void close() {
            if (closed || scoring.get() > 0) {
                throw new IllegalStateException("closed twice, or while a thread was scoring");
            }
            closed = true;
            open.decrementAndGet();
        }
    }
}
