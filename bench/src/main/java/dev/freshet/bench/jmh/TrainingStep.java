package dev.freshet.bench.jmh;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.engine.EngineContender;
import dev.freshet.bench.engine.ImageSet;
import dev.freshet.bench.peer.Contender;
import dev.freshet.bench.peer.Contender.Training;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One optimizer step of a mini-batch, by configuration of the engine's benchmark. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TrainingStep {
    /** Of {@link Configuration#TRAINED}. */
    @Param({"a", "b", "c", "d", "e", "f"})
    @SuppressWarnings("NullAway.Init") // JMH sets it
    public String configuration;

    @SuppressWarnings("NullAway.Init")
    private Training training;

    @Setup
    public void begin() {
        Configuration configured = Configuration.trained(configuration);
        Contender contender = EngineContender.cpu(configured.workload(ImageSet.synthetic(configured.data())));
        training = contender.training(contender.trainingModes().get(0), configured.dropout());
    }

    @Benchmark
    public void step() {
        training.next();
    }

    @TearDown
    public void end() {
        training.close();
    }
}
