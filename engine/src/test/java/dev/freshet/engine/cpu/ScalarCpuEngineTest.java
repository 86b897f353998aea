package dev.freshet.engine.cpu;

import dev.freshet.engine.EngineContract;

class ScalarCpuEngineTest extends EngineContract {
    ScalarCpuEngineTest() {
        super(new CpuEngine(new ScalarKernels(), 1));
    }
}
