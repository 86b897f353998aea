package dev.freshet.bench.scoring;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.freshet.bench.peer.Orders;
import dev.freshet.core.evaluation.Scoring;
import dev.freshet.core.kafka.Topics;
import dev.freshet.engine.onnx.OnnxModel;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Prediction;
import dev.freshet.protocol.v1.Timings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/**
 * Kafka Streams with ONNX Runtime as one builds it from their documentation: a processor decodes a record, runs the session,
 * encodes the answer. One stream thread, one thread in the session, one buffer for the features that is used again; all
 * other settings are the libraries' own.
 */
final class StreamsScoring {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Topics topics = Topics.withPrefix("freshet.");
    private final String bootstrapServers;
    private final Path stateFolder;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private @Nullable KafkaStreams streams;

    private StreamsScoring(String bootstrapServers, Path model, Path stateFolder) throws OrtException {
        this.bootstrapServers = bootstrapServers;
        this.stateFolder = stateFolder;
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        this.session = environment.createSession(model.toString(), options);
    }

    /** @param arguments bootstrap servers, the ONNX file, a folder for state */
    public static void main(String[] arguments) throws IOException, OrtException {
        StreamsScoring scoring = new StreamsScoring(arguments[0], Path.of(arguments[1]), Path.of(arguments[2]));
        new Orders()
                .on("start", order -> scoring.start(order.get(0), Guarantee.valueOf(order.get(1))))
                .on("stop", order -> scoring.stop())
                .obey();
    }

    private String start(String application, Guarantee guarantee) {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                application,
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                guarantee.streams(),
                StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                1,
                StreamsConfig.STATE_DIR_CONFIG,
                stateFolder.toString()));
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(topics.requests(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .processValues(RecordScoring::new)
                .to(topics.predictions(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        KafkaStreams started = new KafkaStreams(builder.build(), settings);
        started.start();
        streams = started;
        return "";
    }

    private String stop() {
        if (streams != null) {
            streams.close(PATIENCE);
            streams = null;
        }
        return "";
    }

    /** One record in, one record out. Belongs to the stream thread. */
    private final class RecordScoring implements FixedKeyProcessor<byte[], byte[], byte[]> {
        private static final long[] SHAPE = {1, 784};
        private final FloatBuffer features = ByteBuffer.allocateDirect(784 * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        private @Nullable FixedKeyProcessorContext<byte[], byte[]> context;

        @Override
        public void init(FixedKeyProcessorContext<byte[], byte[]> context) {
            this.context = context;
        }

        @Override
        public void process(FixedKeyRecord<byte[], byte[]> record) {
            long polledMillis = System.currentTimeMillis();
            try {
                ImageRecord image = ImageRecord.parseFrom(record.value());
                long begun = System.nanoTime();
                float[] probabilities = score(image.getTensor().getData());
                Prediction.Builder prediction = Prediction.newBuilder()
                        .setId(image.getId())
                        .setModel("crayfish")
                        .setModelVersion(1)
                        .setClassIndex(Scoring.predictedClass(probabilities, 0, probabilities.length))
                        .setEventTimeMs(image.getEventTimeMs())
                        .setTimings(Timings.newBuilder()
                                .setWaitedUs(Math.max(0, polledMillis - record.timestamp()) * 1_000)
                                .setScoredUs((System.nanoTime() - begun) / 1_000)
                                .setBatchSize(1));
                for (float probability : probabilities) {
                    prediction.addProbabilities(probability);
                }
                if (context != null) {
                    context.forward(record.withValue(prediction.build().toByteArray()));
                }
            } catch (InvalidProtocolBufferException | OrtException e) {
                throw new IllegalStateException("could not score a record", e);
            }
        }

        private float[] score(ByteString pixels) throws OrtException {
            features.clear();
            for (int i = 0; i < pixels.size(); i++) {
                features.put((pixels.byteAt(i) & 0xff) / 255f);
            }
            features.flip();
            try (OnnxTensor input = OnnxTensor.createTensor(environment, features, SHAPE);
                    OrtSession.Result result = session.run(Map.of(OnnxModel.INPUT, input))) {
                return ((float[][]) result.get(0).getValue())[0];
            }
        }
    }
}
