package dev.freshet.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void haveNamesOfTheirOwn() {
        assertThat(Arrays.stream(Meters.values()).map(Meters::meterName))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("freshet(\\.[a-z]+)+"));
        // In Prometheus dots are underscores, so two names may become one.
        assertThat(Arrays.stream(Meters.values()).map(meter -> meter.meterName().replace('.', '_')))
                .doesNotHaveDuplicates();
    }

    @Test
    void haveDescriptions() {
        assertThat(Meters.values())
                .allSatisfy(meter -> assertThat(meter.description()).isNotBlank());
    }

    @Test
    void areNamedAfterTheirConstants() {
        assertThat(Meters.values()).allSatisfy(meter -> assertThat(meter.meterName())
                .isEqualTo("freshet." + meter.name().toLowerCase(Locale.ROOT).replace('_', '.')));
    }

    @Test
    void countInOnePlaceHoweverOftenRegistered() {
        // Given
        Counter first = Meters.TRAINER_RECORDS.counter(registry, "outcome", "trained");
        Counter again = Meters.TRAINER_RECORDS.counter(registry, "outcome", "trained");

        // When
        again.increment();

        // Then
        assertThat(first.count()).isEqualTo(1);
    }

    @Test
    void askAGaugeAtEveryScrape() {
        // Given
        int[] value = {1};
        Meters.SERVER_SNAPSHOT_AGE.gauge(registry, () -> value[0]);

        // When
        value[0] = 7;

        // Then
        assertThat(registry.get("freshet.server.snapshot.age").gauge().value()).isEqualTo(7);
        assertThat(registry.get("freshet.server.snapshot.age").gauge().getId().getBaseUnit())
                .isEqualTo("seconds");
    }
}
