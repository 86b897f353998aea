package dev.freshet.bench.jmh;

import com.google.protobuf.ByteString;
import dev.freshet.bench.engine.DataSet;
import dev.freshet.core.data.ContentTypes;
import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.RawRecord;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Tensor;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One record of the topic {@code images}, of 28×28 bytes, made an example. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodedRecord {
    private final RecordDecoder decoder = RecordDecoder.ofLabelled(DataSet.MNIST.input(), DataSet.MNIST.classes());

    @SuppressWarnings("NullAway.Init") // JMH calls begin
    private RawRecord record;

    @Setup
    public void begin() {
        byte[] pixels = new byte[DataSet.MNIST.input().size()];
        new Random(1).nextBytes(pixels);
        byte[] value = ImageRecord.newBuilder()
                .setId("1")
                .setLabel(7)
                .setTensor(Tensor.newBuilder()
                        .setDtype(Tensor.DType.UINT8)
                        .addAllShape(DataSet.MNIST.input().shape())
                        .setData(ByteString.copyFrom(pixels)))
                .build()
                .toByteArray();
        record = new RawRecord(value, "1", ContentTypes.PROTOBUF, null, "images-0@0");
    }

    @Benchmark
    public Decoded decode() {
        return decoder.decode(record);
    }
}
