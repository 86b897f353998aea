package dev.freshet.server.api;

import dev.freshet.core.evaluation.Scoring;
import dev.freshet.core.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one version says of the examples of one request. Immutable but for its arrays, which nobody writes to. */
public final class Answer {
    private final InferenceRequest request;
    private final Manifest manifest;
    private final float[] probabilities;
    private final float @Nullable [] logits;
    private final Timings timings;

    /** @param logits null where nobody asks for them */
    Answer(
            InferenceRequest request,
            Manifest manifest,
            float[] probabilities,
            float @Nullable [] logits,
            Timings timings) {
        this.request = request;
        this.manifest = manifest;
        this.probabilities = probabilities;
        this.logits = logits;
        this.timings = timings;
    }

    public InferenceRequest request() {
        return request;
    }

    /** The version that scored all examples. */
    public long version() {
        return manifest.version();
    }

    /** Examples. */
    public int size() {
        return probabilities.length / classes();
    }

    /** Of an example, from 0. */
    public int classOf(int example) {
        return Scoring.predictedClass(probabilities, example, classes());
    }

    /** Of a class. */
    public String label(int classIndex) {
        return manifest.spec().classes().get(classIndex);
    }

    /** In {@code [0, 1]}. */
    public float probability(int example, int classIndex) {
        return probabilities[example * classes() + classIndex];
    }

    /** Of the model. */
    public int classes() {
        return manifest.spec().classes().size();
    }

    /** {@code [size][classes]}, row-major; only to be read. */
    float[] probabilities() {
        return probabilities;
    }

    /** {@code [size][units]} of the last layer, row-major; only to be read, and only where the request asks for them. */
    float[] logits() {
        return Objects.requireNonNull(logits, "logits that nobody asked for");
    }

    /** Of the last layer of the model. */
    int units() {
        return manifest.spec().outputs();
    }

    /** What the protocol's {@code parameters} tell: the version, and where the time went. */
    public enum Parameter {
        VERSION("version"),
        WAITED("waited_us"),
        SCORED("scored_us"),
        BATCH_SIZE("batch_size");

        /** In the order in which they are told. */
        public static final List<Parameter> ALL = List.of(values());

        private final String title;

        Parameter(String title) {
            this.title = title;
        }

        /** Its name in the protocol. */
        public String title() {
            return title;
        }

        /** Of an answer. */
        public long of(Answer answer) {
            return switch (this) {
                case VERSION -> answer.version();
                case WAITED -> answer.timings.waitedMicros();
                case SCORED -> answer.timings.scoredMicros();
                case BATCH_SIZE -> answer.timings.batchSize();
            };
        }
    }

    /** The outputs that were asked for, in their order. */
    public List<OutputTensor> outputs() {
        List<OutputTensor> tensors = new ArrayList<>();
        if (request.outputs().isEmpty()) {
            for (Output output : Output.USUAL) {
                tensors.add(output.of(this, 0, request.rawOutputs()));
            }
        }
        for (RequestedOutput asked : request.outputs()) {
            tensors.add(Output.named(asked.name()).of(this, asked.classification(), asked.raw()));
        }
        return tensors;
    }
}
