package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.freshet.core.model.InputSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvSourceTest {
    @TempDir
    private Path directory;

    @Test
    void readsMnistsLayoutAsImages() throws Exception {
        // Given
        String zeros = ",0".repeat(14);
        write("label,1x1" + ",p".repeat(15) + "\n7,255,1" + zeros + "\n0,0,200" + zeros + "\n");

        // When
        ImageSource source = open(Split.TRAIN);

        // Then
        assertThat(source.input()).isEqualTo(InputSpec.image(1, 4, 4));
        assertThat(source.classes()).hasSize(8).endsWith("7");
        Map<String, LabelledImage> all = all();
        assertThat(all.keySet()).containsExactly("data.csv/2", "data.csv/3");
        LabelledImage first = Objects.requireNonNull(all.get("data.csv/2"));
        assertThat(first.pixels()).startsWith(-1, 1, 0).hasSize(16);
        assertThat(first.label()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 0", "true, 784"})
    void laysOutMnistsColumnsAsAnImage(boolean header, int labelColumn) throws Exception {
        // Given
        StringBuilder text = new StringBuilder();
        for (int line = header ? -1 : 0; line < 20; line++) {
            for (int column = 0; column < 785; column++) {
                String cell = column == labelColumn ? "label" : "p" + column;
                int value = column == labelColumn ? line % 10 : (line + column) % 256;
                text.append(line < 0 ? cell : value).append(column < 784 ? "," : "\n");
            }
        }
        write(text.toString());

        // When
        ImageSource source = open(Split.TRAIN);

        // Then
        assertThat(source.input()).isEqualTo(InputSpec.image(1, 28, 28));
        assertThat(source.classes()).hasSize(10);
        assertThat(all()).hasSize(20);
        LabelledImage fourth = Objects.requireNonNull(all().get("data.csv/" + (header ? 5 : 4)));
        assertThat(fourth.label()).isEqualTo(3);
        assertThat(fourth.pixels()).hasSize(784).startsWith(labelColumn == 0 ? 4 : 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // The header says where the label is; "label" comes before "y".
                "x,y,label|0.5,-2,1|1.5,1e1,0 -> 0 1 -> 1",
                "x,Y|0.5,1|2,0 -> 0 1 -> 1",
                // Without a header: the only column of names, whole numbers in front, or else the last column.
                "5,b,3|4,a,1|6,b,2 -> a b -> 1",
                "1,0.5,3|0,0.5,2 -> 0 1 -> 1",
                "0.5,2,1|0.25,1,0 -> 0 1 -> 1",
                // A header above names, which no number gives away.
                "class,1|no,1|yes,2 -> no yes -> 0",
                // Numbers from 1, as EMNIST's letters have them.
                "3,0.5|1,0.5|2,1 -> 1 2 3 -> 2",
                // Names of which some look like numbers.
                "0.5,7|1,B|2,C|3,D -> 7 B C D -> 0",
                // Numbers that are no indices.
                "-1,0.5|1,0.5|-1.0,0.25 -> -1 1 -> 0",
                "5000,0.5|70000,0.5 -> 5000 70000 -> 0",
                "\"a,b\",0.5|\"say \"\"c\"\"\",1 -> a,b say \"c\" -> 0",
            })
    void findsTheLabel(String example) throws Exception {
        // Given: lines -> classes -> label of the first
        List<String> parts = List.of(example.split(" -> ", -1));
        write(parts.get(0).replace('|', '\n') + "\n");

        // When
        ImageSource source = open(Split.TRAIN);

        // Then
        assertThat(String.join(" ", source.classes())).isEqualTo(parts.get(1));
        assertThat(all().values().iterator().next().label()).isEqualTo(Integer.parseInt(parts.get(2)));
    }

    @Test
    void readsPointsAsTheyAre() throws Exception {
        // Given
        write("\ufeffx,y,label\r\n0.5,-2,in\r\n\r\n.25,1e1,out\r\n");

        // When
        ImageSource source = open(Split.TRAIN);

        // Then
        assertThat(source.input()).isEqualTo(InputSpec.point(2));
        assertThat(source.classes()).containsExactly("in", "out");
        assertThat(((Values.Point)
                                Objects.requireNonNull(all().get("data.csv/4")).values())
                        .values())
                .containsExactly(0.25f, 10f);
    }

    @Test
    void keepsEachLineOnItsSideWhateverIsAdded() throws Exception {
        // Given
        StringBuilder lines = new StringBuilder("label,x\n");
        for (int i = 0; i < 1_000; i++) {
            lines.append(i % 2).append(',').append(i).append(".5\n");
        }
        write(lines.toString());
        ImageSource before = open(Split.TEST);
        long size = before.size().orElseThrow();
        write(lines + "0,7777\n1,8888\n");

        // When
        ImageSource after = open(Split.TEST);

        // Then
        assertThat(size).isBetween(70L, 130L);
        for (int i = 0; i < size; i++) {
            assertThat(after.get(i).id()).isEqualTo(before.get(i).id());
        }
        assertThat(all()).hasSize(1_002);
    }

    @Test
    void namesTheLineWithAnotherNumberOfCells() throws Exception {
        // Given
        write("label,a,b\n0,1,2\n\n1,3\n");

        // When / Then
        assertRefused("data.csv has 2 cells in line 4 and 3 in its first");
    }

    @Test
    void namesTheCellThatIsNoNumber() throws Exception {
        // Given
        write("label,a,b\n0,1,2\n1,3,NaN\n");

        // When / Then
        assertRefused("data.csv has \"NaN\" in line 3, column 3, where a finite number must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,b,c\n"})
    void takesNoColumnForTheLabelForOneCellThatIsNoNumber(String header) throws Exception {
        // Given
        write(header + "0,1,2\n1,3,2\n0,x,1\n");

        // When / Then
        assertRefused("has \"x\" in line " + (header.isEmpty() ? 3 : 4) + ", column 2, where a finite number must be");
    }

    @Test
    void namesTheLineWithoutALabel() throws Exception {
        // Given
        write("label,a\n0,1\n,3\n");

        // When / Then
        assertRefused("data.csv has no label in line 3");
    }

    @Test
    void refusesFractionsAsLabels() throws Exception {
        // Given
        write("label,a\n0,1\n0.5,3\n");

        // When / Then
        assertRefused("has the label 0.5; labels must be whole numbers or names");
    }

    @Test
    void refusesOneClass() throws Exception {
        // Given
        write("label,a\nx,1\nx,3\n");

        // When / Then
        assertRefused("has one class only, x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "label,a\n", "1\n2\n"})
    void refusesAFileWithoutLines(String text) throws Exception {
        // Given
        write(text);

        // When / Then
        assertRefused("data.csv");
    }

    @Test
    void refusesWhatIsNoText() throws Exception {
        // Given
        Files.write(directory.resolve("data.csv"), new byte[] {'1', ',', (byte) 0xff, '\n'});

        // When / Then
        assertRefused("data.csv is not a text in UTF-8");
    }

    private void write(String text) throws IOException {
        Files.writeString(directory.resolve("data.csv"), text);
    }

    /** Of both splits, by id. */
    private Map<String, LabelledImage> all() throws IOException {
        Map<String, LabelledImage> all = new TreeMap<>();
        for (Split split : Split.values()) {
            ImageSource source = open(split);
            for (int i = 0; i < source.size().orElseThrow(); i++) {
                all.put(source.get(i).id(), source.get(i));
            }
        }
        return all;
    }

    private void assertRefused(String message) {
        assertThatIOException().isThrownBy(() -> open(Split.TRAIN)).withMessageContaining(message);
    }

    private ImageSource open(Split split) throws IOException {
        return SourceSpec.parse(directory.resolve("data.csv").toString()).open(split);
    }
}
