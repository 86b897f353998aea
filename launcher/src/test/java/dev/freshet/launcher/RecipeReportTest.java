package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.Schedule;
import org.junit.jupiter.api.Test;

class RecipeReportTest {
    @Test
    void describesSettingsInWords() {
        assertThat(RecipeReport.described(OptimizerSpec.adam(0.001)))
                .isEqualTo("adam, learning rate 0.001, beta1 0.9, beta2 0.999, epsilon 1.0e-8, weight decay 0.0, "
                        + "amsgrad false");
        assertThat(RecipeReport.described(new Schedule.Constant())).isEqualTo("constant");
    }
}
