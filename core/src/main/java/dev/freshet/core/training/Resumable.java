package dev.freshet.core.training;

/**
 * Something that goes on after a restart exactly as if there had been none: what it says after {@link #restore} is, to
 * the last bit, what it would have said without the interruption. A checkpoint carries the state. Belongs to one thread.
 */
public interface Resumable {
    /** All that is not a setting, doubles by their bits; the caller's own. */
    long[] state();

    /**
     * Goes on from a state; what was there before is forgotten.
     *
     * @param state as {@link #state} gave it to something made with the same settings; not kept, not written to
     * @throws IllegalArgumentException if it is of other settings, or of something else; nothing is changed then
     */
    void restore(long[] state);
}
