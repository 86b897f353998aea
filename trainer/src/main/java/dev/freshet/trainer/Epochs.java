package dev.freshet.trainer;

import dev.freshet.core.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * How a bounded run passes over the records that are in the topic when it starts.
 *
 * @param count passes, at least 1
 * @param shuffle whether each has an order of its own, which the seed decides; the topic's order otherwise
 * @param challenge when the gate is asked
 * @param patience evaluations in a row without a lower validation loss, at least 1, after which the run ends; 0 for never
 */
public record Epochs(int count, boolean shuffle, Challenge challenge, int patience) {
    /** When a bounded run puts its network before the gate. */
    public enum Challenge {
        /** After each: the version with the lowest validation loss is the newest in the end. */
        EACH_EPOCH,
        /** After the last alone: nothing is chosen by the validation records. */
        LAST_EPOCH
    }

    public Epochs {
        if (count < 1 || patience < 0) {
            throw new IllegalArgumentException(
                    "epochs must be at least 1 and early-stopping at least 0, were " + count + " and " + patience);
        }
    }

    /** Reads {@code epochs} and what belongs to it from the section {@code trainer}; null for a stream. */
    static @Nullable Epochs from(Config trainer) {
        if (!trainer.has("epochs")) {
            trainer.ignore("epochs", "shuffle", "challenge", "early-stopping");
            for (String key : new String[] {"shuffle", "challenge", "early-stopping"}) {
                if (trainer.has(key)) {
                    trainer.problem(key, "given", "must be left out without trainer.epochs");
                }
            }
            return null;
        }
        return new Epochs(
                trainer.integer("epochs", 1, 1, 1_000_000),
                trainer.flag("shuffle", true),
                trainer.oneOf("challenge", Challenge.EACH_EPOCH),
                trainer.integer("early-stopping", 0, 0, 1_000_000));
    }
}
