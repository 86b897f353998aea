package dev.freshet.bench.jmh;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.engine.EngineContender;
import dev.freshet.bench.engine.ImageSet;
import dev.freshet.bench.peer.Contender;
import dev.freshet.bench.peer.Contender.Scoring;
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

/** One batch scored by the net 784-32-32-32-10. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ScoredBatch {
    /** Images in it. */
    @Param({"1", "32", "256"})
    public int size;

    @SuppressWarnings("NullAway.Init") // JMH calls begin
    private Scoring scoring;

    @Setup
    public void begin() {
        Configuration configuration = Configuration.CRAYFISH;
        Contender contender = EngineContender.cpu(configuration.workload(ImageSet.synthetic(configuration.data())));
        scoring = contender.scoring(contender.scoringModes().get(0), size);
    }

    @Benchmark
    public void score() {
        scoring.next();
    }

    @TearDown
    public void end() {
        scoring.close();
    }
}
