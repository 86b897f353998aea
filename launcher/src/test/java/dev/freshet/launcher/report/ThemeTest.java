package dev.freshet.launcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.color.ColorSpace;
import org.junit.jupiter.api.Test;

class ThemeTest {
    @Test
    void writesReadablyOnEveryGrey() {
        for (int i = 0; i < 256; i++) {
            Color background = new Color(i, i, i);
            assertThat(contrast(background, Theme.readableOn(background)))
                    .as("on %d", i)
                    .isGreaterThanOrEqualTo(4.5);
        }
    }

    @Test
    void hasCaptionsThatStandOutFromThePaper() {
        for (Theme theme : Theme.values()) {
            assertThat(contrast(theme.paper, theme.ink)).isGreaterThan(7);
            for (Color color : new Color[] {theme.faint, theme.right, theme.wrong}) {
                assertThat(contrast(theme.paper, color))
                        .as("%s on %s", color, theme)
                        .isGreaterThanOrEqualTo(4.5);
            }
        }
    }

    /** WCAG 2.2, "contrast ratio". */
    private static double contrast(Color one, Color other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(Color color) {
        float[] linear = color.getColorComponents(ColorSpace.getInstance(ColorSpace.CS_LINEAR_RGB), null);
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }
}
