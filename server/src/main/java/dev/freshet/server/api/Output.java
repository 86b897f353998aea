package dev.freshet.server.api;

import dev.freshet.core.model.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The outputs that a model has. */
enum Output {
    PROBABILITIES("probabilities", Datatype.FP32) {
        @Override
        TensorData data(Answer answer) {
            return new TensorData.Floats(FloatBuffer.wrap(answer.probabilities()));
        }
    },
    CLASS("class", Datatype.INT64) {
        @Override
        TensorData data(Answer answer) {
            long[] classes = new long[answer.size()];
            Arrays.setAll(classes, answer::classOf);
            return new TensorData.Longs(LongBuffer.wrap(classes));
        }
    },
    LABEL("label", Datatype.BYTES) {
        @Override
        TensorData data(Answer answer) {
            List<ByteBuffer> labels = new ArrayList<>();
            for (int i = 0; i < answer.size(); i++) {
                labels.add(text(answer.label(answer.classOf(i))));
            }
            return new TensorData.Strings(labels);
        }
    },
    LOGITS("logits", Datatype.FP32) {
        @Override
        TensorData data(Answer answer) {
            return new TensorData.Floats(FloatBuffer.wrap(answer.logits()));
        }
    };

    static final List<Output> ALL = List.of(values());

    /** Where nobody asks for some; the others cost something. */
    static final List<Output> USUAL = List.of(PROBABILITIES, CLASS, LABEL);

    private static final String NAMES = ALL.stream().map(output -> output.title).collect(Collectors.joining(", "));

    private final String title;
    private final Datatype datatype;

    Output(String title, Datatype datatype) {
        this.title = title;
        this.datatype = datatype;
    }

    abstract TensorData data(Answer answer);

    /** @throws RefusedException if the model has no such output, or it cannot be asked for in that way */
    static void require(RequestedOutput asked) throws RefusedException {
        for (Output output : ALL) {
            if (output.title.equals(asked.name())) {
                if (asked.classification() > 0 && output != PROBABILITIES) {
                    throw RefusedException.invalid("classification is for the output \"" + PROBABILITIES.title
                            + "\" alone, not for \"" + asked.name() + "\"");
                }
                return;
            }
        }
        throw RefusedException.invalid("output \"" + asked.name() + "\" is not one of the model's: " + NAMES);
    }

    boolean isAskedFor(InferenceRequest request) {
        for (RequestedOutput asked : request.outputs()) {
            if (asked.name().equals(title)) {
                return true;
            }
        }
        return false;
    }

    /** @param name one that {@link #require} took */
    static Output named(String name) {
        for (Output output : ALL) {
            if (output.title.equals(name)) {
                return output;
            }
        }
        throw new IllegalArgumentException("there is no output " + name);
    }

    /** @param classification classes to be named; 0 for the tensor */
    OutputTensor of(Answer answer, int classification, boolean raw) {
        if (classification > 0) {
            int count = Math.min(classification, answer.classes());
            List<Long> shape = List.of((long) answer.size(), (long) count);
            return new OutputTensor(title, Datatype.BYTES, shape, mostProbable(answer, count), raw);
        }
        return new OutputTensor(
                title, datatype, shape(answer.size(), answer.classes(), answer.units()), data(answer), raw);
    }

    /** As metadata tells it, with -1 for the number of examples. */
    TensorDescription description(ModelSpec spec) {
        return new TensorDescription(
                title, datatype.name(), shape(-1, spec.classes().size(), spec.outputs()));
    }

    private List<Long> shape(long size, long classes, long units) {
        return switch (this) {
            case PROBABILITIES -> List.of(size, classes);
            case LOGITS -> List.of(size, units);
            case CLASS, LABEL -> List.of(size);
        };
    }

    /** {@code value:index:label} each, as Triton writes them. */
    private static TensorData mostProbable(Answer answer, int count) {
        List<ByteBuffer> texts = new ArrayList<>();
        for (int i = 0; i < answer.size(); i++) {
            int example = i;
            IntStream.range(0, answer.classes())
                    .boxed()
                    .sorted(Comparator.comparing((Integer index) -> -answer.probability(example, index)))
                    .limit(count)
                    .forEach(index -> texts.add(text(String.format(
                            Locale.ROOT, "%f:%d:%s", answer.probability(example, index), index, answer.label(index)))));
        }
        return new TensorData.Strings(texts);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
