package dev.freshet.engine.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.protocol.onnx.AttributeProto;
import dev.freshet.protocol.onnx.AttributeProto.AttributeType;
import dev.freshet.protocol.onnx.GraphProto;
import dev.freshet.protocol.onnx.NodeProto;
import dev.freshet.protocol.onnx.TensorProto;
import dev.freshet.protocol.onnx.TensorShapeProto;
import dev.freshet.protocol.onnx.TensorShapeProto.Dimension;
import dev.freshet.protocol.onnx.TypeProto;
import dev.freshet.protocol.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A graph as it is written down: values have names, nodes turn some into one more. Of one thread. */
final class Graph {
    private final GraphProto.Builder graph = GraphProto.newBuilder();

    /** A value that is part of the file; its name. */
    String constant(NamedTensor tensor) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(tensor.name())
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(tensor.shape().stream().map(Integer::longValue).toList())
                .setRawData(bytes(tensor.values())));
        return tensor.name();
    }

    /** A single number, for every value of the tensor that it meets; its name. */
    String constant(String name, float value) {
        return constant(new NamedTensor(name, List.of(), new float[] {value}));
    }

    private static ByteString bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /**
     * What an operator makes of values.
     *
     * @param name of the node and of what comes out
     * @return the name
     */
    String apply(String name, String operator, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setName(name)
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(name)
                .addAllAttribute(List.of(attributes)));
        return name;
    }

    /** As {@link #apply(String, String, List, AttributeProto...)}, with an operator that needs no attributes. */
    String apply(String name, String operator, String... inputs) {
        return apply(name, operator, List.of(inputs));
    }

    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto attribute(String name, int value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    /**
     * The whole, from {@link OnnxModel#INPUT} to {@link OnnxModel#OUTPUT}.
     *
     * @param inputs features of an example
     */
    GraphProto build(String name, String description, int inputs, int classes) {
        return graph.setName(name)
                .setDocString(description)
                .addInput(rows(OnnxModel.INPUT, inputs))
                .addOutput(rows(OnnxModel.OUTPUT, classes))
                .build();
    }

    /** Floats {@code [batch, columns]}. */
    private static ValueInfoProto rows(String name, int columns) {
        TensorShapeProto shape = TensorShapeProto.newBuilder()
                .addDim(Dimension.newBuilder().setDimParam("batch"))
                .addDim(Dimension.newBuilder().setDimValue(columns))
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }
}
