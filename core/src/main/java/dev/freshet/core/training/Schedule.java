package dev.freshet.core.training;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;
import java.util.List;

/** How the learning rate changes while a network learns; {@link LearningRate} follows one. */
public sealed interface Schedule {
    /** The optimizer's learning rate throughout. */
    record Constant() implements Schedule {}

    /** Times {@code factor} after each span: {@code η factor^⌊t / every⌋}. */
    record Step(Span every, double factor) implements Schedule {}

    /** Times {@code factor} a span, a little with each step: {@code η factor^(t / every)}. */
    record Exponential(Span every, double factor) implements Schedule {}

    /**
     * Up in a straight line, then down in half a cosine wave (Loshchilov and Hutter, 2017), then at its minimum.
     *
     * @param warmUp until the whole learning rate is reached
     * @param length of all, longer than the warm-up
     * @param minimum where it ends, from 0 to the learning rate
     */
    record Cosine(Span warmUp, Span length, double minimum) implements Schedule {}

    /**
     * Times {@code factor} whenever the validation loss has not become lower for more than {@code patience} evaluations, as
     * PyTorch's {@code ReduceLROnPlateau} does it.
     *
     * @param threshold share of the best loss by which a loss must be lower to count, in [0, 1)
     * @param minimum below which it does not fall
     */
    record ReduceOnPlateau(double factor, int patience, double threshold, double minimum) implements Schedule {}

    /** The spans it is made of. */
    default List<Span> spans() {
        if (this instanceof Step step) {
            return List.of(step.every());
        } else if (this instanceof Exponential exponential) {
            return List.of(exponential.every());
        } else if (this instanceof Cosine cosine) {
            return List.of(cosine.warmUp(), cosine.length());
        }
        return List.of();
    }

    /**
     * Reads the section {@code trainer.schedule}.
     *
     * @param epochs of the run, for what nobody says; 0 for a stream
     */
    static Schedule from(Config section, int epochs) {
        enum Type {
            CONSTANT,
            STEP,
            EXPONENTIAL,
            COSINE,
            REDUCE_ON_PLATEAU
        }
        Type type = section.oneOf("type", Type.CONSTANT);
        Interval factors = Interval.open(0, 1);
        Interval rates = Interval.closed(0, 10);
        return switch (type) {
            case CONSTANT -> new Constant();
            case STEP -> new Step(positive(section, "every"), section.number("factor", 0.1, factors));
            case EXPONENTIAL -> new Exponential(positive(section, "every"), section.number("factor", 0.9, factors));
            case COSINE -> {
                Span warmUp = Span.from(section, "warm-up", Span.steps(0));
                Span length =
                        epochs > 0 ? Span.from(section, "length", Span.epochs(epochs)) : positive(section, "length");
                if (warmUp.unit() == length.unit() && warmUp.length() >= length.length()) {
                    section.problem("warm-up", warmUp, "must be shorter than length (" + length + ")");
                }
                yield new Cosine(warmUp, length, section.number("minimum", 0, rates));
            }
            case REDUCE_ON_PLATEAU ->
                new ReduceOnPlateau(
                        section.number("factor", 0.1, factors),
                        section.integer("patience", 10, 0, 1_000_000),
                        section.number("threshold", 1e-4, Interval.closedOpen(0, 1)),
                        section.number("minimum", 0, rates));
        };
    }

    private static Span positive(Config section, String key) {
        if (!section.has(key)) {
            section.problem(key, "missing", "must be a length such as \"500 steps\" or \"10 epochs\"");
        }
        Span span = Span.from(section, key, Span.steps(1));
        if (span.length() == 0) {
            section.problem(key, span, "must be longer than 0");
        }
        return span;
    }
}
