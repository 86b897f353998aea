package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;
import org.jspecify.annotations.Nullable;

/**
 * What a recipe file says besides the model and its training: the section {@code recipe}.
 *
 * @param description one line for people
 * @param data SOURCE that it runs on where nobody names one; null where somebody must
 * @param dataSet what it was published on, for people
 * @param published what was published of it, for people; empty for nothing
 * @param validation which images only compare versions; null where the trainer goes by hash
 */
record Recipe(
        String description,
        @Nullable String data,
        String dataSet,
        String published,
        @Nullable Validation validation) {
    /**
     * A part of the data set that is never learned from.
     *
     * @param of the part that it is taken from
     * @param share of it, in (0, 1]; less than 1 of the training images
     * @param choice of images
     */
    record Validation(Part of, double share, Choice choice) {}

    /** Where validation images come from. */
    enum Part {
        TRAIN,
        /** What is taken is not tested on, unless it is all of it. */
        TEST
    }

    /** How validation images are chosen. */
    enum Choice {
        /** The first of the data set. */
        FIRST,
        /** Any, the same share of each class, the same in every run. */
        STRATIFIED
    }

    /** Ids of validation images begin with it, and the trainer holds them out. */
    static final String VALIDATION_PREFIX = "validation/";

    /** Reads the section {@code recipe}. */
    static Recipe from(Config config) {
        Config section = config.section("recipe");
        boolean hasData = section.has("data");
        String data = section.text("data", "-");
        return new Recipe(
                section.text("description", "a recipe"),
                hasData ? data : null,
                section.text("data-set", "any data set"),
                section.text("published", ""),
                validationFrom(section));
    }

    private static @Nullable Validation validationFrom(Config recipe) {
        if (!recipe.isSection("validation")) {
            Config unused = recipe.section("validation");
            return null;
        }
        Config section = recipe.section("validation");
        Part of = section.oneOf("of", Part.TRAIN);
        return new Validation(
                of,
                section.number(
                        "share", 0.2, of == Part.TRAIN ? Interval.openClosed(0, 0.9) : Interval.openClosed(0, 1)),
                section.oneOf("choice", Choice.FIRST));
    }
}
