package dev.freshet.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.bench.peer.Orders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTest {
    @TempDir
    private Path folder;

    /** A process that does arithmetic, and what else processes do. */
    static final class Calculator {
        private Calculator() {}

        public static void main(String[] arguments) throws IOException {
            new Orders()
                    .on("add", numbers -> {
                        System.out.println("done: 1000000");
                        return Integer.toString(
                                numbers.stream().mapToInt(Integer::parseInt).sum());
                    })
                    .on("die", nothing -> {
                        System.exit(3);
                        return "";
                    })
                    .obey();
        }
    }

    @Test
    void answersWhatItWasAskedAndNotWhatALibraryPrints() throws Exception {
        try (Peer peer = start()) {
            assertThat(peer.order("add", "2", "3")).isEqualTo("5");
            assertThat(peer.numbers("add", "20", "30")).containsExactly(50);
        }
    }

    @Test
    void saysWhatWentWrongAndGoesOn() throws Exception {
        try (Peer peer = start()) {
            assertThatThrownBy(() -> peer.order("add", "two"))
                    .isInstanceOf(PeerFailedException.class)
                    .hasMessageContaining("calculator failed at \"add two\"")
                    .hasMessageContaining("NumberFormatException");
            assertThatThrownBy(() -> peer.order("divide")).hasMessageContaining("there is no order divide");
            assertThat(peer.order("add", "1", "1")).isEqualTo("2");
        }
    }

    @Test
    void itsDeathIsNoticed() throws Exception {
        try (Peer peer = start()) {
            assertThatThrownBy(() -> peer.order("die")).hasMessageContaining("calculator failed at \"die\": it ended");
        }
    }

    private Peer start() throws IOException {
        List<String> command =
                JavaCommand.of(System.getProperty("java.class.path"), List.of(), Calculator.class.getName(), List.of());
        return Peer.start("calculator", command, Map.of(), folder.resolve("log"));
    }
}
