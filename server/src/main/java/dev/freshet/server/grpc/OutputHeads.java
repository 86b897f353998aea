package dev.freshet.server.grpc;

import dev.freshet.protocol.inference.ModelInferResponse.InferOutputTensor;
import dev.freshet.server.api.Datatype;
import dev.freshet.server.api.OutputTensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a message says of an output whose contents travel raw: name, data type and shape. There are few of them, which are made
 * once and shared by all answers. From any thread.
 */
final class OutputHeads {
    /** Callers choose the number of examples. */
    private static final int MOST = 1_000;

    private final Map<Head, InferOutputTensor> made = new ConcurrentHashMap<>();

    private record Head(String name, Datatype datatype, List<Long> shape) {}

    /** Without contents. */
    InferOutputTensor of(OutputTensor tensor) {
        Head head = new Head(tensor.name(), tensor.datatype(), tensor.shape());
        InferOutputTensor known = made.get(head);
        if (known != null) {
            return known;
        }
        InferOutputTensor message = message(tensor).build();
        if (made.size() < MOST) {
            made.put(head, message);
        }
        return message;
    }

    /** Without contents, to which they may be added. */
    static InferOutputTensor.Builder message(OutputTensor tensor) {
        return InferOutputTensor.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.datatype().name())
                .addAllShape(tensor.shape());
    }
}
