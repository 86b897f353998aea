package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import dev.freshet.engine.Device;
import dev.freshet.engine.Engine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deeplearning4j is on this class path, with the backend for processors. */
class EnginesTest {
    @ParameterizedTest
    @CsvSource({
        "auto, auto, cpu",
        "auto, cpu, cpu",
        "cpu, auto, cpu",
        "cpu, cpu, cpu",
        "dl4j, auto, dl4j",
        "dl4j, cpu, dl4j"
    })
    void computesOnTheProcessorWhereNothingElseIsAskedFor(String type, String device, String name) {
        // Given
        Config config = Config.parse("engine: {type: " + type + ", device: " + device + "}", "test");

        // When
        Engine engine = Engines.from(config);

        // Then
        config.requireValid();
        assertThat(engine.name()).isEqualTo(name);
        assertThat(engine.device()).isEqualTo(Device.CPU);
    }

    @ParameterizedTest
    @CsvSource({
        "auto, has no CUDA backend here; Freshet is to be built with the Maven profile cuda",
        "dl4j, has no CUDA backend here; Freshet is to be built with the Maven profile cuda",
        "cpu,  must be auto or cpu with engine.type cpu"
    })
    void aGpuThatCannotBeUsedIsAnErrorThatSaysWhatIsMissing(String type, String missing) {
        // Given
        Config config = Config.parse("engine: {type: " + type + ", device: gpu}", "test");

        // When
        Engines.from(config);

        // Then
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(config::requireValid)
                .satisfies(invalid -> assertThat(invalid.problems())
                        .singleElement()
                        .satisfies(problem -> assertThat(problem)
                                .startsWith("engine.device ")
                                .contains(missing)
                                .endsWith(", was gpu")));
    }
}
