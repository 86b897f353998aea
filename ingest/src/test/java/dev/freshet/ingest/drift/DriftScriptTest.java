package dev.freshet.ingest.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.PointSource;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import dev.freshet.ingest.source.Values;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriftScriptTest {
    private final ImageSource digits = digits();

    @Test
    void leavesAStreamWithoutDriftAsItIs() {
        // Given
        LabelledImage image = digits.get(5);

        // When / Then
        assertThat(script().apply(image, 5)).isSameAs(image);
        assertThat(script("rotation:90@6", "inversion@6", "noise:1@6", "label-swap:1,2@6")
                        .apply(image, 5))
                .isSameAs(image);
    }

    @Test
    void swapsTwoLabelsAndLeavesTheOthers() {
        // Given
        DriftScript script = script("label-swap:3,5@0");

        for (int i = 0; i < 50; i++) {
            // When
            LabelledImage image = digits.get(i);
            LabelledImage sent = sent(script, image, i);

            // Then
            int label = image.label();
            assertThat(sent.label()).isEqualTo(label == 3 ? 5 : label == 5 ? 3 : label);
            assertThat(sent.pixels()).isSameAs(image.pixels());
            assertThat(sent.id()).isEqualTo(image.id());
        }
    }

    @Test
    void swapsMoreAndMoreWhileADriftGrows() {
        // Given
        DriftScript script = script("label-swap:3,5@0-10000");
        LabelledImage three = first(image -> digits.get(image).label() == 3);

        // When
        double early = share(0, 2_000, i -> sent(script, three, i).label() == 5);
        double late = share(8_000, 10_000, i -> sent(script, three, i).label() == 5);

        // Then
        assertThat(early).isCloseTo(0.1, within(0.03));
        assertThat(late).isCloseTo(0.9, within(0.03));
    }

    @Test
    void keepsAClassBackUntilItArrives() {
        // Given
        DriftScript script = script("class-arrival:7@1000");
        LabelledImage seven = first(image -> digits.get(image).label() == 7);
        LabelledImage six = first(image -> digits.get(image).label() == 6);

        // Then
        assertThat(script.apply(seven, 999)).isNull();
        assertThat(script.apply(six, 999)).isSameAs(six);
        assertThat(script.apply(seven, 1_000)).isSameAs(seven);
    }

    @Test
    void turnsImagesCounterClockwise() {
        // Given
        DriftScript quarter = script("rotation:90@0");
        DriftScript whole = script("rotation:360@0");
        byte[] pixels = new byte[28 * 28];
        pixels[3 * 28 + 27] = 100; // near the top of the right edge
        LabelledImage image = new LabelledImage("x", pixels, 0);

        // When
        byte[] turned = sent(quarter, image, 0).pixels();

        // Then: near the left of the top edge, as what was right is on top and what was on top is left
        assertThat(turned[3]).isEqualTo((byte) 100);
        assertThat(sum(turned)).isEqualTo(100);
        assertThat(sent(whole, image, 0).pixels()).isEqualTo(pixels);
        assertThat(image.pixels()[3]).isZero();
    }

    @Test
    void turnsFurtherAndFurtherWhileADriftGrows() {
        // Given
        DriftScript growing = script("rotation:90@1000-2000");
        DriftScript half = script("rotation:45@0");
        LabelledImage image = digits.get(1);

        // Then
        assertThat(sent(growing, image, 1_500).pixels())
                .isEqualTo(sent(half, image, 0).pixels())
                .isNotEqualTo(image.pixels());
        assertThat(sent(growing, image, 1_000)).isSameAs(image);
    }

    @Test
    void invertsAndComesBack() {
        // Given
        DriftScript script = script("inversion@10/10");
        LabelledImage image = digits.get(2);

        // When
        byte[] inverted = sent(script, image, 10).pixels();

        // Then
        for (int i = 0; i < inverted.length; i++) {
            assertThat(inverted[i] & 0xff).isEqualTo(255 - (image.pixels()[i] & 0xff));
        }
        assertThat(sent(script, image, 20)).isSameAs(image);
        assertThat(sent(script, image, 30).pixels()).isEqualTo(inverted);
    }

    @Test
    void addsNormalNoiseWithinTheRangeOfBytes() {
        // Given
        DriftScript script = script("noise:0.1@0");
        byte[] grey = new byte[28 * 28];
        Arrays.fill(grey, (byte) 128);

        // When
        byte[] noisy = sent(script, new LabelledImage("x", grey, 0), 0).pixels();
        byte[] black =
                sent(script, new LabelledImage("x", new byte[28 * 28], 0), 0).pixels();

        // Then
        double mean = sum(noisy) / 784.0;
        double variance = 0;
        for (byte value : noisy) {
            variance += Math.pow((value & 0xff) - mean, 2) / 783;
        }
        assertThat(mean).isCloseTo(128, within(4.0));
        assertThat(Math.sqrt(variance)).isCloseTo(25.5, within(2.5));
        // Half of the noise is below black.
        assertThat(share(0, 784, i -> black[(int) i] == 0)).isCloseTo(0.5, within(0.06));
    }

    @Test
    void addsNoiseToPoints() {
        // Given
        ImageSource points = PointSource.of("p", new float[2_000], 2_000, List.of("a", "b"));

        // When
        LabelledImage sent =
                sent(DriftScript.of(List.of(ScriptedDrift.parse("noise:2@0")), points, 1), points.get(0), 0);

        // Then
        double squares = 0;
        for (float feature : ((Values.Point) sent.values()).values()) {
            squares += feature * feature;
        }
        assertThat(Math.sqrt(squares / 2_000)).isCloseTo(2, within(0.15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"noise:0.3@0", "label-swap:3,5@0-1000", "inversion@0-1000"})
    void doesTheSameForTheSameSeedAndNumberOnly(String drift) {
        // Given
        DriftScript script = DriftScript.of(List.of(ScriptedDrift.parse(drift)), digits, 7);
        DriftScript again = DriftScript.of(List.of(ScriptedDrift.parse(drift)), digits, 7);
        DriftScript other = DriftScript.of(List.of(ScriptedDrift.parse(drift)), digits, 8);
        LabelledImage three = first(image -> digits.get(image).label() == 3);

        // Then
        assertThat(share(0, 1_000, i -> same(sent(script, three, i), sent(again, three, i))))
                .isEqualTo(1);
        assertThat(share(0, 1_000, i -> same(sent(script, three, i), sent(other, three, i))))
                .isLessThan(0.8);
        assertThat(share(0, 999, i -> same(sent(script, three, i), sent(script, three, i + 1))))
                .isLessThan(0.8);
    }

    @Test
    void appliesOneDriftAfterTheOther() {
        // Given
        LabelledImage three = first(image -> digits.get(image).label() == 3);

        // Then: 3 becomes 5 becomes 8; two inversions are none
        assertThat(sent(script("label-swap:3,5@0", "label-swap:5,8@0"), three, 0)
                        .label())
                .isEqualTo(8);
        assertThat(sent(script("inversion@0", "inversion@0"), three, 0).pixels())
                .isEqualTo(three.pixels());
        assertThat(script("label-swap:3,7@0", "class-arrival:7@100").apply(three, 0))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "label-swap:3,11@5 | class \"11\" is none of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9",
                "label-swap:3,3@5  | a class cannot be swapped with itself",
                "class-arrival:x@5 | class \"x\" is none of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
            })
    void namesWhatASourceDoesNotHave(String drift, String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> script(drift))
                .withMessage("drift \"" + drift + "\": " + wrong);
    }

    @ParameterizedTest
    @CsvSource({"rotation:5@1, rotated", "inversion@1, inverted"})
    void changesNoPointsAsIfTheyWereImages(String drift, String changed) {
        // Given
        ImageSource points = PointSource.of("p", new float[4], 2, List.of("a", "b"));

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DriftScript.of(List.of(ScriptedDrift.parse(drift)), points, 1))
                .withMessage("drift \"" + drift + "\": only images can be " + changed
                        + "; the source holds points of shape [2]");
    }

    private DriftScript script(String... drifts) {
        return DriftScript.of(Stream.of(drifts).map(ScriptedDrift::parse).toList(), digits, 1);
    }

    private static LabelledImage sent(DriftScript script, LabelledImage image, long number) {
        return requireNonNull(script.apply(image, number));
    }

    private LabelledImage first(LongPredicate wanted) {
        return digits.get(LongStream.range(0, 1_000).filter(wanted).findFirst().orElseThrow());
    }

    private static double share(long from, long to, LongPredicate holds) {
        return (double) LongStream.range(from, to).filter(holds).count() / (to - from);
    }

    private static boolean same(LabelledImage one, LabelledImage other) {
        return one.label() == other.label() && Arrays.equals(one.pixels(), other.pixels());
    }

    private static int sum(byte[] pixels) {
        int sum = 0;
        for (byte pixel : pixels) {
            sum += pixel & 0xff;
        }
        return sum;
    }

    private static ImageSource digits() {
        try {
            return SourceSpec.parse("digits").open(Split.TRAIN);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
