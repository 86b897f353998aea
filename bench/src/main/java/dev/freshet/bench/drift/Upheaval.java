package dev.freshet.bench.drift;

import dev.freshet.ingest.drift.ScriptedDrift;
import java.util.List;
import java.util.Locale;

/**
 * What happens to a stream in its course.
 *
 * @param name for options and tables
 * @param form of the drift for {@code --drift}, with where it begins and where it is whole left open; empty for none
 * @param detector settings that watch the stream; empty for the defaults
 */
record Upheaval(String name, String form, String detector) {
    static final Upheaval CALM = new Upheaval("calm", "", "");

    /** Those that there are. */
    static final List<Upheaval> ALL = List.of(
            of("label-swap", "label-swap:3,5@%1$d"),
            of("class-arrival", "class-arrival:7@%1$d"),
            of("rotation", "rotation:90@%1$d"),
            of("growing-rotation", "rotation:90@%1$d-%2$d"),
            of("noise", "noise:0.3@%1$d"),
            of("inversion", "inversion@%1$d"),
            // Says drift at its first look, and after as many examples again.
            new Upheaval(
                    "false-alarm",
                    "",
                    "detector: page-hinkley, delta: 0, lambda: 0.001, fading: 1, min-examples: %1$d"));

    private static Upheaval of(String name, String form) {
        return new Upheaval(name, form, "");
    }

    /** @throws IllegalArgumentException if there is none of that name */
    static Upheaval named(String name) {
        return ALL.stream()
                .filter(upheaval -> upheaval.name.equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("--scenarios: \"" + name + "\" is none of "
                        + ALL.stream().map(Upheaval::name).toList()));
    }

    /**
     * As {@code ingest} takes it.
     *
     * @param from record with which it begins; one that grows does so for half as many records as there are before it
     */
    List<ScriptedDrift> drifts(int from) {
        return form.isEmpty()
                ? List.of()
                : List.of(ScriptedDrift.parse(String.format(Locale.ROOT, form, from, from + from / 2)));
    }

    /** As the section {@code drift} of a trainer takes it, between other settings. */
    String detector(int from, double trainedShare) {
        return String.format(Locale.ROOT, detector, Math.round(from * trainedShare));
    }

    /** Whether the stream does not change. */
    boolean isFalse() {
        return form.isEmpty();
    }
}
