package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "engine",
                "pipeline",
                "scoring",
                "drift",
                "reaction",
                "gate",
                "grpc",
                "swap",
                "recovery",
                "serving-recovery"
            })
    void everyBenchmarkHasHelp(String benchmark) {
        // When
        int exitCode = commandLine.execute(benchmark, "--help");

        // Then
        assertThat(exitCode).isZero();
        assertThat(out.toString()).contains("Usage: freshet bench " + benchmark).contains("--summary");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                        | benchmark",
                "nonsense                | nonsense",
                "engine --configs a,z    | \"z\" is none of a, b, c, d, e, f",
                "engine --rounds 0       | --rounds",
                "engine --seconds 0      | --seconds",
                "engine --skip pytorch   | pytorch",
                "pipeline --configs e    | --configs",
                "pipeline --configs z    | \"z\" is none of",
                "pipeline --records 10   | --records",
                "drift --examples 10     | --examples",
                "drift --runs 0          | --runs",
                "gate --records 10       | --records",
                "gate --windows 0        | --windows",
                "reaction --records 21999 | --records",
                "reaction --optimizer x | \"x\" is neither adam nor sgd",
                "reaction --data-set x | \"x\" is neither digits nor mnist",
                "reaction --scenarios x | \"x\" is none of [label-swap,",
                "reaction --reactions x | \"x\" is none of [none, rewarm,",
                "scoring --requests 10   | --requests",
                "serving-recovery --kills 0 | --kills",
                "scoring --rounds 0      | --rounds",
                "scoring --guarantees no | \"no\" is neither exactly-once nor at-least-once"
            })
    void aUsageErrorExitsWithTwoAndNamesTheValue(String arguments, String named) {
        // When
        int exitCode = commandLine.execute(arguments == null ? new String[0] : arguments.split(" +"));

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains(named).doesNotContain("\tat ");
    }
}
