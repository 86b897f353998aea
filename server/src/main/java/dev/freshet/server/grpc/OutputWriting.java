package dev.freshet.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.freshet.protocol.inference.InferParameter;
import dev.freshet.protocol.inference.InferTensorContents;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.protocol.inference.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** Writes answers: the outputs that were asked for, raw where the request was raw. Stateless. */
final class OutputWriting {
    static final String PROBABILITIES = "probabilities";
    static final String CLASS = "class";
    static final String LABEL = "label";

    /** In the order in which they are sent where nobody asks for some. */
    static final List<String> ALL = List.of(PROBABILITIES, CLASS, LABEL);

    private OutputWriting() {}

    /** @throws RefusedException if the request asks for an output that there is not */
    static List<String> requested(ModelInferRequest request) throws RefusedException {
        List<String> names = request.getOutputsList().stream()
                .map(InferRequestedOutputTensor::getName)
                .toList();
        for (String name : names) {
            if (!ALL.contains(name)) {
                throw RefusedException.invalid(
                        "output \"" + name + "\" is not one of the model's: " + String.join(", ", ALL));
            }
        }
        return names.isEmpty() ? ALL : names;
    }

    static ModelInferResponse answer(ModelInferRequest request, List<String> outputs, ScoredBatch batch) {
        ModelInferResponse.Builder answer = ModelInferResponse.newBuilder()
                .setModelName(request.getModelName())
                .setModelVersion(Long.toString(batch.manifest().version()))
                .setId(request.getId())
                .putParameters(
                        "scored_us",
                        InferParameter.newBuilder()
                                .setInt64Param(batch.scoredMicros())
                                .build());
        boolean raw = request.getRawInputContentsCount() > 0;
        for (String name : outputs) {
            InferOutputTensor.Builder output = metadata(name, batch);
            if (raw) {
                answer.addRawOutputContents(raw(name, batch));
            } else {
                output.setContents(typed(name, batch));
            }
            answer.addOutputs(output);
        }
        return answer.build();
    }

    static String datatype(String output) {
        return switch (output) {
            case PROBABILITIES -> "FP32";
            case CLASS -> "INT64";
            default -> "BYTES";
        };
    }

    private static InferOutputTensor.Builder metadata(String name, ScoredBatch batch) {
        InferOutputTensor.Builder output = InferOutputTensor.newBuilder()
                .setName(name)
                .setDatatype(datatype(name))
                .addShape(batch.size());
        return name.equals(PROBABILITIES) ? output.addShape(batch.classes()) : output;
    }

    private static InferTensorContents.Builder typed(String name, ScoredBatch batch) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        switch (name) {
            case PROBABILITIES -> {
                for (float probability : batch.probabilities()) {
                    contents.addFp32Contents(probability);
                }
            }
            case CLASS -> {
                for (int i = 0; i < batch.size(); i++) {
                    contents.addInt64Contents(batch.classOf(i));
                }
            }
            default -> {
                for (int i = 0; i < batch.size(); i++) {
                    contents.addBytesContents(label(batch, i));
                }
            }
        }
        return contents;
    }

    private static ByteString raw(String name, ScoredBatch batch) {
        return switch (name) {
            case PROBABILITIES -> {
                ByteBuffer bytes = littleEndian(batch.probabilities().length * Float.BYTES);
                bytes.asFloatBuffer().put(batch.probabilities());
                yield UnsafeByteOperations.unsafeWrap(bytes);
            }
            case CLASS -> {
                ByteBuffer bytes = littleEndian(batch.size() * Long.BYTES);
                for (int i = 0; i < batch.size(); i++) {
                    bytes.putLong(i * Long.BYTES, batch.classOf(i));
                }
                yield UnsafeByteOperations.unsafeWrap(bytes);
            }
            default -> {
                List<ByteString> labels = IntStream.range(0, batch.size())
                        .mapToObj(i -> label(batch, i))
                        .toList();
                int size = labels.stream()
                        .mapToInt(label -> Integer.BYTES + label.size())
                        .sum();
                ByteBuffer bytes = littleEndian(size);
                for (ByteString label : labels) {
                    label.copyTo(bytes.putInt(label.size()));
                }
                yield UnsafeByteOperations.unsafeWrap(bytes.flip());
            }
        };
    }

    private static ByteString label(ScoredBatch batch, int example) {
        return ByteString.copyFromUtf8(batch.manifest().spec().classes().get(batch.classOf(example)));
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
