package dev.freshet.trainer;

import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.replay.ReplayIndex;
import dev.freshet.core.training.Resumable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Examples of a stream that are learned from again. Which ones it keeps and draws follows from the seed and the order of the
 * stream alone. Belongs to the training thread.
 */
final class ReplayMemory implements Resumable {
    private final ReplayIndex index;
    /** By slot; null where retention has removed the record before a restart. */
    private final @Nullable Example[] examples;

    private long draws;

    ReplayMemory(ReplayIndex index) {
        this.index = index;
        this.examples = new Example[index.capacity()];
    }

    /** One more example of the stream. */
    void offer(Example example, Place place) {
        int slot = index.offer(place.partition(), place.offset(), example.label());
        if (slot != ReplayIndex.NONE) {
            examples[slot] = example;
        }
    }

    /** Adds examples drawn with replacement; fewer where there are none to draw. */
    void draw(int count, MiniBatch into) {
        for (int i = 0; i < count && index.size() > 0; i++) {
            Example example = examples[index.pick(draws++)];
            if (example != null) {
                into.add(example);
            }
        }
    }

    /** Where the examples stand in the topic, by slot. */
    List<Place> places() {
        List<Place> places = new ArrayList<>(index.size());
        for (int slot = 0; slot < index.size(); slot++) {
            places.add(new Place(index.partition(slot), index.offset(slot)));
        }
        return places;
    }

    /** To be called after {@link #restore}, with the examples at {@link #places}. */
    void fill(Kept kept) {
        List<Place> places = places();
        for (int slot = 0; slot < places.size(); slot++) {
            examples[slot] = kept.exampleAt(places.get(slot)).orElse(null);
        }
    }

    @Override
    public long[] state() {
        long[] slots = index.state();
        long[] state = new long[slots.length + 1];
        state[0] = draws;
        System.arraycopy(slots, 0, state, 1, slots.length);
        return state;
    }

    @Override
    public void restore(long[] state) {
        if (state.length == 0 || state[0] < 0) {
            throw new IllegalArgumentException("not the state of a replay memory");
        }
        index.restore(Arrays.copyOfRange(state, 1, state.length));
        draws = state[0];
    }
}
