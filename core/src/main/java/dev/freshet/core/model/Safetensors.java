package dev.freshet.core.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The safetensors file format: an 8-byte little-endian header length, a JSON header, then the tensors' bytes.
 * It can hold no code, and PyTorch, JAX and Rust read it.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class Safetensors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_HEADER = 1 << 20;

    private Safetensors() {}

    /** The weights as a file's bytes; equal weights give equal bytes. */
    public static byte[] encode(Weights weights) {
        ObjectNode header = JSON.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        int offset = 0;
        for (NamedTensor tensor : weights.tensors()) {
            int end = offset + tensor.values().length * Float.BYTES;
            ObjectNode entry = header.putObject(tensor.name());
            entry.put("dtype", "F32");
            tensor.shape().forEach(entry.withArray("/shape")::add);
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] text = padded(header);
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + text.length + offset).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(text.length).put(text);
        for (NamedTensor tensor : weights.tensors()) {
            file.asFloatBuffer().put(tensor.values());
            file.position(file.position() + tensor.values().length * Float.BYTES);
        }
        return file.array();
    }

    /** Spaces up to a multiple of 8, so that the tensors are aligned for whoever maps the file into memory. */
    private static byte[] padded(ObjectNode header) {
        try {
            byte[] text = JSON.writeValueAsBytes(header);
            byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
            Arrays.fill(padded, text.length, padded.length, (byte) ' ');
            return padded;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a file's bytes.
     *
     * @throws IllegalArgumentException if they are not a safetensors file of F32 tensors
     */
    public static Weights decode(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        require(file.length >= Long.BYTES, "is shorter than its header length");
        long headerLength = bytes.getLong();
        require(
                headerLength >= 2 && headerLength <= LONGEST_HEADER && headerLength <= file.length - Long.BYTES,
                "has a header of " + headerLength + " bytes");
        int dataStart = Long.BYTES + (int) headerLength;
        JsonNode header;
        try {
            header = JSON.readTree(file, Long.BYTES, (int) headerLength);
        } catch (IOException e) {
            throw new IllegalArgumentException("the safetensors file has a header that is not JSON", e);
        }
        List<NamedTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (!entry.getKey().equals("__metadata__")) {
                tensors.add(tensor(entry.getKey(), entry.getValue(), bytes, dataStart));
            }
        }
        return new Weights(tensors);
    }

    private static NamedTensor tensor(String name, JsonNode entry, ByteBuffer file, int dataStart) {
        require(entry.path("dtype").asText().equals("F32"), "has " + name + " of dtype " + entry.path("dtype"));
        List<Integer> shape = new ArrayList<>();
        entry.path("shape").forEach(length -> shape.add(length.asInt(-1)));
        long begin = entry.path("data_offsets").path(0).asLong(-1);
        long end = entry.path("data_offsets").path(1).asLong(-1);
        long values = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        require(
                begin >= 0 && begin <= end && end <= file.capacity() - dataStart && end - begin == values * Float.BYTES,
                "has " + name + " of shape " + shape + " at bytes " + begin + " to " + end);
        float[] floats = new float[(int) values];
        file.slice(dataStart + (int) begin, (int) (end - begin))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(floats);
        return new NamedTensor(name, shape, floats);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException("the safetensors file " + otherwise);
        }
    }
}
