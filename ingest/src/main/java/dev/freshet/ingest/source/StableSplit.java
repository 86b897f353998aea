package dev.freshet.ingest.source;

import dev.freshet.core.evaluation.HoldOut;

/**
 * Splits data that comes in one piece: about a tenth is for the test, chosen by hash, so that an example stays on its
 * side whatever is added, removed or reordered around it.
 */
final class StableSplit {
    /**
     * Sets this choice apart from the trainer's, which is made by the same hash over the same ids: without it, what the
     * trainer would hold out would all be in the test already. Never to be changed: it decides the side of every example.
     */
    private static final String PURPOSE = "test split of ";

    private static final HoldOut TEST = new HoldOut(0.1);

    private StableSplit() {}

    /** @param key what is always the same about an example, such as its path */
    static Split of(String key) {
        return TEST.isHeldOut(PURPOSE + key) ? Split.TEST : Split.TRAIN;
    }
}
