package dev.freshet.ingest.drift;

import dev.freshet.ingest.drift.DriftKind.ClassArrival;
import dev.freshet.ingest.drift.DriftKind.Inversion;
import dev.freshet.ingest.drift.DriftKind.LabelSwap;
import dev.freshet.ingest.drift.DriftKind.Noise;
import dev.freshet.ingest.drift.DriftKind.Rotation;
import dev.freshet.ingest.source.ImageSource;

/** One drift as users write it, checked: {@code KIND:ARGUMENT@WHEN}. Immutable. */
public final class ScriptedDrift {
    /** Every accepted form, for messages and help. */
    public static final String FORMS =
            "label-swap:A,B@WHEN, class-arrival:A@WHEN, rotation:DEGREES@WHEN, inversion@WHEN and"
                    + " noise:DEVIATION@WHEN; " + When.FORMS;

    private final String text;
    private final DriftKind kind;
    private final When when;

    private ScriptedDrift(String text, DriftKind kind, When when) {
        this.text = text;
        this.kind = kind;
        this.when = when;
    }

    /**
     * Reads a drift from the command line or a configuration. Which classes there are, only a source knows.
     *
     * @throws IllegalArgumentException if it is of no accepted form, with what is wrong, and all forms
     */
    public static ScriptedDrift parse(String text) {
        try {
            int at = text.lastIndexOf('@');
            if (at < 0) {
                throw new IllegalArgumentException("there is no @WHEN");
            }
            int colon = text.substring(0, at).indexOf(':');
            String argument = colon < 0 ? "" : text.substring(colon + 1, at);
            DriftKind kind = kindOf(text.substring(0, colon < 0 ? at : colon), argument);
            return new ScriptedDrift(text, kind, When.parse(text.substring(at + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "drift \"" + text + "\": " + e.getMessage() + "; accepted are " + FORMS, e);
        }
    }

    private static DriftKind kindOf(String name, String argument) {
        switch (name) {
            case "label-swap" -> {
                String[] classes = argument.split(",", -1);
                if (classes.length != 2 || classes[0].isBlank() || classes[1].isBlank()) {
                    throw new IllegalArgumentException("label-swap takes two classes, was given \"" + argument + "\"");
                }
                return new LabelSwap(classes[0].strip(), classes[1].strip());
            }
            case "class-arrival" -> {
                if (argument.isBlank()) {
                    throw new IllegalArgumentException("class-arrival takes a class, was given none");
                }
                return new ClassArrival(argument.strip());
            }
            case "rotation" -> {
                return new Rotation(number("rotation", argument, -360, 360));
            }
            case "noise" -> {
                return new Noise(number("noise", argument, 0, 10));
            }
            case "inversion" -> {
                if (!argument.isEmpty()) {
                    throw new IllegalArgumentException("inversion takes nothing, was given \"" + argument + "\"");
                }
                return new Inversion();
            }
            default -> throw new IllegalArgumentException("\"" + name + "\" is no kind of drift");
        }
    }

    private static double number(String name, String argument, int min, int max) {
        try {
            double number = Double.parseDouble(argument);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through: the message is the same as for a number out of range.
        }
        throw new IllegalArgumentException(
                name + " takes a number in [" + min + ", " + max + "], was given \"" + argument + "\"");
    }

    When when() {
        return when;
    }

    /** @throws IllegalArgumentException if it is none for this source, with what is wrong */
    Effect of(ImageSource source) {
        try {
            return kind.of(source);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("drift \"" + text + "\": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScriptedDrift drift && kind.equals(drift.kind) && when.equals(drift.when);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + when.hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
