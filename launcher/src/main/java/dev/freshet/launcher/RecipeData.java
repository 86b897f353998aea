package dev.freshet.launcher;

import dev.freshet.ingest.source.Concatenation;
import dev.freshet.ingest.source.Division;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.Selection;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import dev.freshet.launcher.Recipe.Choice;
import dev.freshet.launcher.Recipe.Part;
import dev.freshet.launcher.Recipe.Validation;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A data set as a recipe divides it.
 *
 * @param stream what goes into the topic: training images, then those for validation, if the recipe chooses them
 * @param test what the served model is tested on
 */
record RecipeData(ImageSource stream, ImageSource test) {
    /** Decides the choice of validation images: not the recipe's seed, so that runs with other seeds can be compared. */
    private static final long DIVISION_SEED = 1;

    /**
     * Opens both parts of a source.
     *
     * @throws IllegalArgumentException if the source has no end, or something is missing
     * @throws IOException if a file cannot be read
     */
    static RecipeData open(SourceSpec source, @Nullable Validation validation) throws IOException {
        ImageSource train = source.open(Split.TRAIN);
        ImageSource test = source.open(Split.TEST);
        if (train.size().isEmpty()) {
            throw new IllegalArgumentException(
                    "--data " + source + " has no end; a recipe learns a finite data set, in epochs");
        }
        if (validation == null) {
            return new RecipeData(train, test);
        }
        ImageSource divided = validation.of() == Part.TRAIN ? train : test;
        Division division = validation.choice() == Choice.FIRST
                ? Division.first(divided.size().orElseThrow(), validation.share())
                : Division.stratified(divided, validation.share(), DIVISION_SEED);
        ImageSource chosen = Selection.of(divided, division.chosen(), Recipe.VALIDATION_PREFIX);
        ImageSource rest = Selection.of(divided, division.rest());
        if (validation.of() == Part.TRAIN) {
            return new RecipeData(Concatenation.of(List.of(rest, chosen)), test);
        }
        boolean all = division.rest().length == 0;
        return new RecipeData(Concatenation.of(List.of(train, chosen)), all ? test : rest);
    }
}
