package dev.freshet.engine;

import static java.util.Objects.requireNonNull;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Output;
import dev.freshet.core.model.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A multilayer perceptron as a textbook has it, in double precision: what engines are compared with. */
public final class Textbook {
    private final ModelSpec spec;
    private final Map<String, double[]> tensors = new HashMap<>();

    public Textbook(ModelSpec spec, Weights weights) {
        this.spec = spec;
        for (NamedTensor tensor : weights.fitTo(spec).tensors()) {
            double[] values = new double[tensor.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.values()[i];
            }
            tensors.put(tensor.name(), values);
        }
    }

    private double[] tensor(String name) {
        return requireNonNull(tensors.get(name), name);
    }

    /** {@code [size][classes]}, as when nobody learns: batch normalisation with the running mean and variance. */
    public double[][] probabilities(MiniBatch miniBatch) {
        return probabilities(miniBatch, false);
    }

    /** {@code [size][units]} of the last layer, as when nobody learns. */
    public double[][] logits(MiniBatch miniBatch) {
        return logits(miniBatch, false);
    }

    private double[][] probabilities(MiniBatch miniBatch, boolean ownStatistics) {
        double[][] rows = logits(miniBatch, ownStatistics);
        for (int row = 0; row < rows.length; row++) {
            rows[row] = spec.output() == Output.SIGMOID ? sigmoids(rows[row][0]) : softmax(rows[row]);
        }
        return rows;
    }

    /** The mean of -ln p over the mini-batch, as in training: batch normalisation with its own mean and variance. */
    public double loss(MiniBatch miniBatch) {
        double[][] probabilities = probabilities(miniBatch, miniBatch.size() > 1);
        double sum = 0;
        for (int row = 0; row < miniBatch.size(); row++) {
            sum -= Math.log(probabilities[row][miniBatch.labels()[row]]);
        }
        return sum / miniBatch.size();
    }

    /** The slope of the loss at one parameter, by a central difference. */
    public double slope(String tensor, int i, MiniBatch miniBatch) {
        double step = 1e-5;
        double[] values = tensor(tensor);
        double middle = values[i];
        values[i] = middle + step;
        double above = loss(miniBatch);
        values[i] = middle - step;
        double below = loss(miniBatch);
        values[i] = middle;
        return (above - below) / (2 * step);
    }

    private double[][] logits(MiniBatch miniBatch, boolean ownStatistics) {
        double[][] rows = new double[miniBatch.size()][miniBatch.inputs()];
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < rows[row].length; i++) {
                rows[row][i] = miniBatch.features()[row * rows[row].length + i];
            }
        }
        for (int layer = 0; layer <= spec.hidden().size(); layer++) {
            for (int row = 0; row < rows.length; row++) {
                rows[row] = dense(layer, rows[row]);
            }
            if (layer < spec.hidden().size()) {
                normalise(layer, rows, ownStatistics);
                activate(spec.hidden().get(layer), rows);
            }
        }
        return rows;
    }

    private double[] dense(int layer, double[] inputs) {
        double[] weight = tensor("layers." + layer + ".weight");
        double[] outputs = tensor("layers." + layer + ".bias").clone();
        for (int out = 0; out < outputs.length; out++) {
            for (int in = 0; in < inputs.length; in++) {
                outputs[out] += weight[out * inputs.length + in] * inputs[in];
            }
        }
        return outputs;
    }

    private void normalise(int layer, double[][] rows, boolean ownStatistics) {
        BatchNorm batchNorm = spec.hidden().get(layer).batchNorm();
        if (batchNorm == null) {
            return;
        }
        String norm = "norms." + layer + ".";
        for (int unit = 0; unit < rows[0].length; unit++) {
            double mean = tensor(norm + "running_mean")[unit];
            double variance = tensor(norm + "running_var")[unit];
            if (ownStatistics) {
                int i = unit;
                mean = Arrays.stream(rows).mapToDouble(row -> row[i]).average().orElseThrow();
                double middle = mean;
                variance = Arrays.stream(rows)
                        .mapToDouble(row -> (row[i] - middle) * (row[i] - middle))
                        .average()
                        .orElseThrow();
            }
            for (double[] row : rows) {
                double standard = (row[unit] - mean) / Math.sqrt(variance + batchNorm.epsilon());
                row[unit] = tensor(norm + "weight")[unit] * standard + tensor(norm + "bias")[unit];
            }
        }
    }

    private static void activate(LayerSpec layer, double[][] rows) {
        for (double[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = activated(layer, row[i]);
            }
        }
    }

    private static double activated(LayerSpec layer, double x) {
        double sigmoid = 1 / (1 + Math.exp(-x));
        return switch (layer.activation()) {
            case RELU -> Math.max(0, x);
            case SIGMOID -> sigmoid;
            case TANH -> Math.tanh(x);
            case ELU -> x > 0 ? x : layer.alpha() * Math.expm1(x);
            case LEAKY_RELU -> x > 0 ? x : layer.alpha() * x;
            case GELU -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case SWISH -> x * sigmoid;
            case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
        };
    }

    private static double[] softmax(double[] logits) {
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit);
        }
        double[] probabilities = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp(logits[i]) / sum;
        }
        return probabilities;
    }

    private static double[] sigmoids(double logit) {
        return new double[] {1 / (1 + Math.exp(logit)), 1 / (1 + Math.exp(-logit))};
    }
}
