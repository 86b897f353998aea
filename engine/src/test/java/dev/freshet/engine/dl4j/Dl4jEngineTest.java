package dev.freshet.engine.dl4j;

import dev.freshet.engine.EngineContract;

class Dl4jEngineTest extends EngineContract {
    Dl4jEngineTest() {
        super(new Dl4jEngine(1));
    }
}
