package dev.freshet.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.engine.EngineContract;
import org.junit.jupiter.api.Test;

class VectorCpuEngineTest extends EngineContract {
    VectorCpuEngineTest() {
        super(new CpuEngine(VectorKernels.create(), 1));
    }

    @Test
    void areTheKernelsThatAreChosenWhereTheModuleIs() {
        assertThat(Kernels.best()).isInstanceOf(VectorKernels.class);
    }
}
