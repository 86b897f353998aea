package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A benchmark that was run by its command, in this process, and succeeded.
 *
 * @param out what it printed
 * @param rows of its summary
 */
record CommandRun(String out, JsonNode rows) {
    /** Runs {@code freshet bench COMMAND…} with a summary in that folder. */
    static CommandRun of(Path folder, String... command) throws Exception {
        Path summary = folder.resolve("out.json");
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--summary", summary.toString()));
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out, true);
        int exitCode = Main.commandLine().setOut(printer).setErr(printer).execute(arguments.toArray(String[]::new));
        assertThat(exitCode).as(out.toString()).isZero();
        return new CommandRun(
                out.toString(),
                new ObjectMapper().readTree(Files.readString(summary)).get("rows"));
    }

    /** Values by name, in order. */
    Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        rows.forEach(
                row -> values.put(row.get("name").asText(), row.get("value").asDouble()));
        return values;
    }
}
