package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.launcher.Table.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table = new Table(List.of(Column.text("name"), Column.number("n"), Column.text("kind")));

    @Test
    void alignsNamesToTheLeftAndNumbersToTheRight() {
        // Given
        table.add(List.of("a", "1,000", "x"));
        table.add(List.of("longer", "7", "y"));

        // When
        List<String> lines = table.lines();

        // Then
        assertThat(lines)
                .containsExactly(
                        "name        n  kind", //
                        "a       1,000  x",
                        "longer      7  y");
    }

    @Test
    void letsTheLastCellOfAShortRowRunOn() {
        // Given
        table.add(List.of("a", "1", "x"));
        table.add(List.of("b", "damaged: much to say about it"));

        // When
        List<String> lines = table.lines();

        // Then
        assertThat(lines)
                .containsExactly(
                        "name  n  kind", //
                        "a     1  x",
                        "b     damaged: much to say about it");
    }
}
