package dev.freshet.engine.cpu;

import dev.freshet.core.model.Weights;
import dev.freshet.engine.NetworkState;
import java.util.Map;
import java.util.TreeMap;

/**
 * Goes over all that a network's steps depend on, and writes it down or reads it back. Everything that has such state shows it
 * in one method, so that the two cannot disagree.
 */
abstract class State {
    /** @param packed in memory as the panels say; empty if it is not used */
    abstract void array(String name, Panels panels, float[] packed);

    /** @return what the counter is afterwards */
    abstract long counter(String name, long value);

    /** Writes down. */
    static final class Writer extends State {
        private final Map<String, float[]> arrays = new TreeMap<>();
        private final Map<String, Long> counters = new TreeMap<>();

        @Override
        void array(String name, Panels panels, float[] packed) {
            if (packed.length > 0) {
                arrays.put(name, panels.unpack(name, packed).values());
            }
        }

        @Override
        long counter(String name, long value) {
            counters.put(name, value);
            return value;
        }

        NetworkState with(Weights weights) {
            return new NetworkState(weights, arrays, counters);
        }
    }

    /** Reads back. */
    static final class Reader extends State {
        private final NetworkState state;

        Reader(NetworkState state) {
            this.state = state;
        }

        /** @throws IllegalArgumentException if the state lacks the array, or has one of another size */
        @Override
        void array(String name, Panels panels, float[] packed) {
            if (packed.length == 0) {
                return;
            }
            float[] values = state.arrays().get(name);
            if (values == null || values.length != panels.inputs() * panels.outputs()) {
                throw new IllegalArgumentException("the state has no " + name + " of "
                        + panels.inputs() * panels.outputs() + " numbers: it is another optimizer's or another net's");
            }
            System.arraycopy(panels.pack(values), 0, packed, 0, packed.length);
        }

        /** @throws IllegalArgumentException if the state lacks it */
        @Override
        long counter(String name, long value) {
            Long counter = state.counters().get(name);
            if (counter == null) {
                throw new IllegalArgumentException(
                        "the state has no " + name + ": it is another optimizer's or another net's");
            }
            return counter;
        }
    }
}
