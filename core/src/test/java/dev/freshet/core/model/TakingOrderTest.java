package dev.freshet.core.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.model.TakingOrder.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

class TakingOrderTest {
    @Test
    void joinsRecordsOfOnePartitionThatFollowEachOther() {
        // Given
        TakingOrder.Builder builder = TakingOrder.NONE.toBuilder();

        // When
        List.of(2, 2, 2, 0, 2).forEach(builder::add);

        // Then
        assertThat(builder.build().runs()).containsExactly(new Run(2, 3), new Run(0, 1), new Run(2, 1));
        assertThat(builder.build().records()).isEqualTo(5);
    }

    @Test
    void goesOnWithTheLastRunOfAnEarlierOne() {
        // Given
        TakingOrder.Builder builder = new TakingOrder(List.of(new Run(1, 7))).toBuilder();

        // When
        builder.add(1);

        // Then
        assertThat(builder.build().runs()).containsExactly(new Run(1, 8));
    }

    @Test
    void remembersWhereAMiniBatchEndedBeforeItWasFull() {
        // Given
        TakingOrder.Builder builder = TakingOrder.NONE.toBuilder();

        // When
        builder.add(0);
        builder.endMiniBatch();
        builder.add(0);

        // Then
        assertThat(builder.build().runs()).hasSize(3).element(1).matches(Run::isBreak);
        assertThat(builder.build().records()).isEqualTo(2);
    }

    @Test
    void saysWhatWasTakenBehindItsBeginning() {
        // Given
        TakingOrder order = new TakingOrder(List.of(new Run(0, 5), new Run(1, 3), Run.BREAK, new Run(1, 4)));

        // Then
        assertThat(order.after(TakingOrder.NONE)).isEqualTo(order);
        assertThat(order.after(new TakingOrder(List.of(new Run(0, 5), new Run(1, 2))))
                        .runs())
                .containsExactly(new Run(1, 1), Run.BREAK, new Run(1, 4));
        assertThat(order.after(new TakingOrder(List.of(new Run(0, 5), new Run(1, 3), Run.BREAK)))
                        .runs())
                .containsExactly(new Run(1, 4));
        assertThat(order.after(order)).isEqualTo(TakingOrder.NONE);
    }

    @Test
    void refusesABeginningOfAnotherOrder() {
        // Given
        TakingOrder order = new TakingOrder(List.of(new Run(0, 5), new Run(1, 3)));

        for (List<Run> other : List.of(
                List.of(new Run(1, 1)),
                List.of(new Run(0, 6)),
                List.of(Run.BREAK),
                List.of(new Run(0, 4), new Run(1, 1)),
                List.of(new Run(0, 5), new Run(1, 3), Run.BREAK))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> order.after(new TakingOrder(other)))
                    .withMessageContaining("in another order");
        }
    }

    @Test
    void survivesJsonAsAListOfNumbers() {
        // Given
        TakingOrder order = new TakingOrder(List.of(new Run(3, 5_000_000_000L), new Run(0, 0), new Run(1, 2)));

        // When
        byte[] json = SnapshotCodec.toJson(order);

        // Then
        assertThat(new String(json, UTF_8)).isEqualTo("[3,5000000000,0,0,1,2]");
        assertThat(SnapshotCodec.fromJson(json, TakingOrder.class)).isEqualTo(order);
    }

    @Test
    void refusesNumbersThatAreNoPairs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnapshotCodec.fromJson("[1,2,3]".getBytes(UTF_8), TakingOrder.class))
                .withMessageContaining("pairs");
    }
}
