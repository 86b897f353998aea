package dev.freshet.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Device;
import dev.freshet.engine.Engine;
import dev.freshet.engine.EngineProvider;
import dev.freshet.engine.EngineProviders;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.cpu.nativecpu.CpuBackend;

class Dl4jProviderTest {
    private final EngineProvider provider =
            EngineProviders.find("dl4j", Path.of("missing")).orElseThrow();

    /** As the CUDA backend is where the libraries are there and no card is. */
    public static final class WithoutDevice extends CpuBackend {
        @Override
        public boolean canRun() {
            throw new IllegalStateException(new IllegalStateException("No CUDA devices were found in system"));
        }
    }

    /** As it is where native libraries are missing. */
    public static final class WithoutDriver extends CpuBackend {
        @Override
        public boolean canRun() {
            throw new UnsatisfiedLinkError("libcuda.so.1: cannot open shared object file");
        }
    }

    @Test
    void lacksNothingOnTheProcessor() {
        assertThat(provider.lackOf(Device.CPU)).isEmpty();
        assertThat(provider.create(Device.CPU, 1).device()).isEqualTo(Device.CPU);
        assertThat(provider.create(Device.CPU, 1).description()).isEqualTo("dl4j (cpu)");
    }

    @Test
    void namesTheProfileWhereThereIsNoCudaBackend() {
        assertThat(provider.lackOf(Device.GPU).orElseThrow())
                .contains("no CUDA backend")
                .contains("the Maven profile cuda");
    }

    @Test
    void saysThatThereIsNoDevice() {
        assertThat(Dl4jProvider.lackOfGpu(WithoutDevice.class.getName()).orElseThrow())
                .contains("No CUDA devices were found in system");
    }

    @Test
    void saysWhichNativeLibraryIsMissing() {
        assertThat(Dl4jProvider.lackOfGpu(WithoutDriver.class.getName()).orElseThrow())
                .contains("libcuda.so.1: cannot open shared object file");
    }

    @Test
    void lacksNothingWhereTheBackendComputes() {
        assertThat(Dl4jProvider.lackOfGpu(CpuBackend.class.getName())).isEmpty();
    }

    @Test
    void neverComputesOnAnotherDeviceThanItSays() {
        // Given
        Engine onGpu = provider.create(Device.GPU, 1);
        ModelSpec spec = new ModelSpec(InputSpec.point(2), List.of(), ModelSpec.numbered(2));

        // When, Then
        assertThatIllegalStateException()
                .isThrownBy(() -> onGpu.create(spec, TrainingSpec.of(OptimizerSpec.adam(0.1), 1)))
                .withMessageContaining("engine.device is gpu, but ND4J took");
    }
}
