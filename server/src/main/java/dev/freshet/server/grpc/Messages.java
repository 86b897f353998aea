package dev.freshet.server.grpc;

import static dev.freshet.server.api.RefusedException.invalid;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.freshet.protocol.inference.InferParameter;
import dev.freshet.protocol.inference.InferTensorContents;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.protocol.inference.ModelMetadataResponse;
import dev.freshet.protocol.inference.ModelMetadataResponse.TensorMetadata;
import dev.freshet.server.api.Answer;
import dev.freshet.server.api.Datatype;
import dev.freshet.server.api.InferenceRequest;
import dev.freshet.server.api.InputTensor;
import dev.freshet.server.api.ModelDescription;
import dev.freshet.server.api.OutputTensor;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestedOutput;
import dev.freshet.server.api.TensorData;
import dev.freshet.server.api.TensorDescription;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Between the protocol's messages and values. Stateless. */
final class Messages {
    private static final String CLASSIFICATION = "classification";
    private static final String TIMEOUT = "timeout";

    private Messages() {}

    /**
     * Reads a request; outputs travel raw where the inputs do.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     * @throws RefusedException if contents and raw contents do not go together, or a value is out of its range
     */
    static InferenceRequest request(ModelInferRequest message, long deadlineNanos) throws RefusedException {
        boolean raw = message.getRawInputContentsCount() > 0;
        if (raw && message.getRawInputContentsCount() != message.getInputsCount()) {
            throw invalid("raw_input_contents holds " + message.getRawInputContentsCount()
                    + " elements where the request has " + message.getInputsCount() + " inputs");
        }
        List<InputTensor> inputs = new ArrayList<>(1);
        for (int i = 0; i < message.getInputsCount(); i++) {
            InferInputTensor input = message.getInputs(i);
            if (raw && input.hasContents()) {
                throw invalid("input \"" + input.getName()
                        + "\" holds contents, but the request has raw_input_contents, too: send either");
            }
            Datatype datatype = Datatype.ofInput(input.getDatatype());
            TensorData data = raw
                    ? TensorData.ofRaw(datatype, message.getRawInputContents(i).asReadOnlyByteBuffer())
                    : typed(datatype, input.getContents());
            inputs.add(new InputTensor(input.getName(), datatype, input.getShapeList(), data));
        }
        List<RequestedOutput> outputs = new ArrayList<>();
        for (InferRequestedOutputTensor output : message.getOutputsList()) {
            InferParameter classes = output.getParametersOrDefault(CLASSIFICATION, InferParameter.getDefaultInstance());
            outputs.add(RequestedOutput.of(output.getName(), classes.getInt64Param(), raw));
        }
        return new InferenceRequest(
                message.getModelName(),
                message.getModelVersion(),
                message.getId(),
                inputs,
                outputs,
                raw,
                deadlineNanos);
    }

    /** How long the request may wait by its own word, as Triton's clients say it; 0 where it does not say. */
    static long timeoutMicros(ModelInferRequest message) {
        return message.getParametersOrDefault(TIMEOUT, InferParameter.getDefaultInstance())
                .getInt64Param();
    }

    private static TensorData typed(Datatype datatype, InferTensorContents contents) throws RefusedException {
        return switch (datatype) {
            case FP32 -> {
                float[] values = new float[contents.getFp32ContentsCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = contents.getFp32Contents(i);
                }
                yield new TensorData.Floats(FloatBuffer.wrap(values));
            }
            case UINT8 -> {
                byte[] values = new byte[contents.getUintContentsCount()];
                for (int i = 0; i < values.length; i++) {
                    int value = contents.getUintContents(i);
                    if (value < 0 || value > 255) {
                        throw invalid("uint_contents[" + i + "] is " + Integer.toUnsignedString(value)
                                + " where UINT8 goes from 0 to 255");
                    }
                    values[i] = (byte) value;
                }
                yield new TensorData.Bytes(ByteBuffer.wrap(values));
            }
            default ->
                new TensorData.Strings(contents.getBytesContentsList().stream()
                        .map(ByteString::asReadOnlyByteBuffer)
                        .toList());
        };
    }

    /** @param heads of outputs that travel raw */
    static ModelInferResponse response(Answer answer, OutputHeads heads) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(answer.request().model())
                .setModelVersion(Long.toString(answer.version()))
                .setId(answer.request().id());
        for (Answer.Parameter parameter : Answer.Parameter.ALL) {
            response.putParameters(
                    parameter.title(),
                    InferParameter.newBuilder()
                            .setInt64Param(parameter.of(answer))
                            .build());
        }
        for (OutputTensor tensor : answer.outputs()) {
            if (tensor.raw()) {
                response.addOutputs(heads.of(tensor));
                response.addRawOutputContents(
                        UnsafeByteOperations.unsafeWrap(tensor.data().raw()));
            } else {
                response.addOutputs(OutputHeads.message(tensor).setContents(typed(tensor.data())));
            }
        }
        return response.build();
    }

    private static InferTensorContents.Builder typed(TensorData data) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (int i = 0; i < data.count(); i++) {
            if (data instanceof TensorData.Floats floats) {
                contents.addFp32Contents(floats.values().get(i));
            } else if (data instanceof TensorData.Longs longs) {
                contents.addInt64Contents(longs.values().get(i));
            } else if (data instanceof TensorData.Bytes bytes) {
                contents.addUintContents(bytes.values().get(i) & 0xff);
            } else if (data instanceof TensorData.Strings strings) {
                contents.addBytesContents(
                        UnsafeByteOperations.unsafeWrap(strings.elements().get(i)));
            }
        }
        return contents;
    }

    static ModelMetadataResponse metadata(ModelDescription model) {
        return ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addAllVersions(model.versions())
                .setPlatform(model.platform())
                .addAllInputs(model.inputs().stream().map(Messages::metadata).toList())
                .addAllOutputs(model.outputs().stream().map(Messages::metadata).toList())
                .build();
    }

    private static TensorMetadata metadata(TensorDescription tensor) {
        return TensorMetadata.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.datatype())
                .addAllShape(tensor.shape())
                .build();
    }
}
