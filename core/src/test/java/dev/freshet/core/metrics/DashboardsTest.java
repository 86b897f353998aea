package dev.freshet.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A dashboard or an alert that asks for a name nobody exports stays silently empty; here it fails. */
class DashboardsTest {
    // Maven runs a module's tests in the module's folder.
    private static final Path DASHBOARDS = Path.of("..", "grafana", "dashboards");
    private static final Path RULES = Path.of("..", "deploy", "prometheus");

    private static final Pattern NAME = Pattern.compile("\\bfreshet_\\w+");

    /** Meters that neither dashboard nor rule uses, each with the reason. */
    private static final Map<Meters, String> NOT_SHOWN = Map.of();

    @Test
    void askForNothingThatIsNotExported() throws IOException {
        // Given
        Set<String> exported = exported();

        // When
        Set<String> asked = asked();

        // Then
        assertThat(asked).isNotEmpty();
        assertThat(unknown(asked, exported)).isEmpty();
    }

    @Test
    void areCaughtAskingForAMisspeltName() {
        // Given
        String panel = "{\"expr\": \"rate(freshet_trainer_recrods_total{outcome='trained'}[1m])"
                + " / freshet_trainer_holdout_examples\"}";

        // When
        Set<String> unknown = unknown(names(panel), exported());

        // Then
        assertThat(unknown).containsExactly("freshet_trainer_recrods_total");
    }

    @Test
    void areCaughtAskingForACounterByItsNameWithoutTotal() {
        // Given
        String rule = "expr: increase(freshet_server_versions_refused[15m]) > 0";

        // When
        Set<String> unknown = unknown(names(rule), exported());

        // Then
        assertThat(unknown).containsExactly("freshet_server_versions_refused");
    }

    @ParameterizedTest
    @EnumSource
    void showEveryMeter(Meters meter) throws IOException {
        // Given
        Set<String> exported = exportedBy(meter);

        // When
        boolean shown = !Collections.disjoint(asked(), exported);

        // Then
        assertThat(shown)
                .as("%s is in a panel or a rule, or NOT_SHOWN says why not", meter)
                .isNotEqualTo(NOT_SHOWN.containsKey(meter));
    }

    @Test
    void canRelyOnTheKindOfAMeter() {
        // Given
        SimpleMeterRegistry registry = new SimpleMeterRegistry();

        // When, Then
        assertThatThrownBy(() -> Meters.SERVER_SERVED_VERSION.counter(registry))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("freshet.server.served.version is a GAUGE, not a COUNTER");
    }

    private static Set<String> asked() throws IOException {
        Set<String> names = new TreeSet<>();
        addNames(DASHBOARDS, "*.json", names);
        addNames(RULES, "*.yml", names);
        return names;
    }

    private static void addNames(Path folder, String glob, Set<String> into) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
            for (Path file : files) {
                into.addAll(names(Files.readString(file)));
            }
        }
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(found -> found.group()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> unknown(Set<String> asked, Set<String> exported) {
        Set<String> unknown = new TreeSet<>(asked);
        unknown.removeAll(exported);
        return unknown;
    }

    private static Set<String> exported() {
        return Arrays.stream(Meters.values())
                .flatMap(meter -> exportedBy(meter).stream())
                .collect(Collectors.toSet());
    }

    /** The names of a meter's series, as a scrape shows them. */
    private static Set<String> exportedBy(Meters meter) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        switch (meter.kind()) {
            case COUNTER -> meter.counter(registry).increment();
            case GAUGE -> meter.gauge(registry, () -> 1);
            case SUMMARY -> meter.summary(registry).record(1);
            case TIMER -> meter.timer(registry).record(Duration.ofMillis(1));
        }
        return registry.scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
    }
}
