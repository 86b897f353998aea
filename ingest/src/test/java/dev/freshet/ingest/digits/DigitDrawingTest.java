package dev.freshet.ingest.digits;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class DigitDrawingTest {
    static Stream<DigitDrawing> drawings() {
        return Stream.of(DigitDrawing.create(), DigitDrawing.ofStrokes());
    }

    @ParameterizedTest
    @MethodSource("drawings")
    void drawsTheSamePictureForTheSameSeedAndNumber(DigitDrawing drawing) {
        // Given
        byte[] first = drawing.draw(1, 7);

        // When
        byte[] again = drawing.draw(1, 7);

        // Then
        assertThat(again).hasSize(784).isEqualTo(first);
        assertThat(drawing.draw(1, 8)).isNotEqualTo(first);
        assertThat(drawing.draw(2, 7)).isNotEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("drawings")
    void drawsLightStrokesOnADarkGround(DigitDrawing drawing) {
        for (int number = 0; number < 200; number++) {
            // When
            byte[] picture = drawing.draw(3, number);

            // Then
            int[] values =
                    IntStream.range(0, 784).map(i -> picture[i] & 0xff).sorted().toArray();
            assertThat(values[300]).as("dark ground of picture %d", number).isLessThan(80);
            assertThat(values[783]).as("ink of picture %d", number).isGreaterThan(60);
        }
    }

    @ParameterizedTest
    @MethodSource("drawings")
    void drawsEachDigitMostLikeItsOwnMean(DigitDrawing drawing) {
        // Given
        double[][] means = new double[10][784];
        for (int number = 0; number < 4000; number++) {
            add(drawing.draw(1, number), means[DigitDrawing.digit(1, number)]);
        }
        for (double[] mean : means) {
            double length =
                    Math.sqrt(Arrays.stream(mean).map(value -> value * value).sum());
            Arrays.setAll(mean, i -> mean[i] / length);
        }

        // When
        long right = LongStream.range(0, 1000)
                .filter(number -> nearest(drawing.draw(2, number), means) == DigitDrawing.digit(2, number))
                .count();

        // Then
        assertThat(right).as("of 1000 recognised by the nearest of ten means").isBetween(550L, 950L);
    }

    @Test
    void showsAllDigitsEquallyOften() {
        // When
        int[] counts = new int[10];
        LongStream.range(0, 20_000).forEach(number -> counts[DigitDrawing.digit(1, number)]++);

        // Then
        assertThat(counts).satisfies(all -> {
            for (int count : all) {
                assertThat(count).isBetween(1_800, 2_200);
            }
        });
    }

    @Test
    void givesUnrelatedSeriesForNeighbouringSeeds() {
        // When
        long equal = LongStream.range(0, 10_000)
                .filter(number -> DigitDrawing.digit(1, number) == DigitDrawing.digit(2, number)
                        || DigitDrawing.digit(1, number + 1) == DigitDrawing.digit(2, number))
                .count();

        // Then: two chances of a tenth each
        assertThat(equal).isBetween(1_700L, 2_100L);
    }

    @Test
    void drawsTheSameStrokesOnEveryMachine() {
        // Given
        DigitDrawing strokes = DigitDrawing.ofStrokes();
        CRC32 checksum = new CRC32();

        // When
        LongStream.range(0, 500).forEach(number -> checksum.update(strokes.draw(1, number)));

        // Then
        assertThat(checksum.getValue()).isEqualTo(646_011_150L);
    }

    static Stream<Supplier<List<FontGlyphs.Face>>> runtimesWithoutFonts() {
        return Stream.of(
                () -> {
                    throw new UnsatisfiedLinkError("libfreetype.so.6: cannot open shared object file");
                },
                () -> {
                    throw new NoClassDefFoundError("Could not initialize class sun.awt.X11FontManager");
                },
                () -> {
                    throw new InternalError("java.lang.reflect.InvocationTargetException");
                },
                () -> {
                    throw new NullPointerException(
                            "Cannot load from short array because sun.awt.FontConfiguration.head");
                },
                List::of);
    }

    @ParameterizedTest
    @MethodSource("runtimesWithoutFonts")
    void drawsStrokesAndSaysSoWhereFontsCannotBeUsed(Supplier<List<FontGlyphs.Face>> fonts) {
        // Given
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        Logger logger = (Logger) LoggerFactory.getLogger(DigitDrawing.class);
        logger.addAppender(events);

        // When
        DigitDrawing drawing = DigitDrawing.create(fonts);

        // Then
        logger.detachAppender(events);
        assertThat(drawing.draw(1, 7)).isEqualTo(DigitDrawing.ofStrokes().draw(1, 7));
        assertThat(events.list).singleElement().satisfies(event -> assertThat(event.getMessage())
                .startsWith("drawing digits with strokes"));
    }

    private static void add(byte[] picture, double[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += picture[i] & 0xff;
        }
    }

    private static int nearest(byte[] picture, double[][] means) {
        int best = 0;
        double highest = -1;
        for (int digit = 0; digit < means.length; digit++) {
            double similarity = 0;
            for (int i = 0; i < picture.length; i++) {
                similarity += (picture[i] & 0xff) * means[digit][i];
            }
            if (similarity > highest) {
                best = digit;
                highest = similarity;
            }
        }
        return best;
    }
}
