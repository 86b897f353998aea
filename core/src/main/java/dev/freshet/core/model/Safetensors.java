package dev.freshet.core.model;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The safetensors file format: an 8-byte little-endian header length, a JSON header, then the tensors' bytes.
 * It can hold no code, and PyTorch, JAX and Rust read it.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class Safetensors {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
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
     * @throws IllegalArgumentException if they are not a safetensors file of F32 tensors, or if a byte behind the
     *     header belongs to no tensor or to two
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
        require(header.isObject(), "has a header that is not a JSON object");
        List<NamedTensor> tensors = new ArrayList<>();
        List<Span> spans = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (!entry.getKey().equals("__metadata__")) {
                Span span = span(entry.getKey(), entry.getValue(), file.length - dataStart);
                spans.add(span);
                tensors.add(tensor(entry.getKey(), span, bytes, dataStart));
            }
        }
        requireSeamless(spans, file.length - dataStart);
        return new Weights(tensors);
    }

    /** Where a tensor lies behind the header. */
    private record Span(List<Integer> shape, long begin, long end) {}

    private static Span span(String name, JsonNode entry, int dataBytes) {
        require(entry.path("dtype").asText().equals("F32"), "has " + name + " of dtype " + entry.path("dtype"));
        JsonNode shape = entry.path("shape");
        JsonNode offsets = entry.path("data_offsets");
        require(shape.isArray(), "has " + name + " of shape " + shape);
        List<Integer> lengths = new ArrayList<>();
        long bytes = Float.BYTES;
        for (JsonNode length : shape) {
            require(length.isIntegralNumber() && length.canConvertToInt(), "has " + name + " of shape " + shape);
            lengths.add(length.intValue());
            bytes *= length.intValue();
            // After every factor, so that no product overflows.
            require(bytes >= 0 && bytes <= dataBytes, "has " + name + " of shape " + shape);
        }
        require(
                offsets.size() == 2 && isLong(offsets.path(0)) && isLong(offsets.path(1)),
                "has " + name + " at bytes " + offsets);
        long begin = offsets.path(0).asLong();
        long end = offsets.path(1).asLong();
        require(
                begin >= 0 && end <= dataBytes && end - begin == bytes,
                "has " + name + " of shape " + shape + " at bytes " + offsets);
        return new Span(lengths, begin, end);
    }

    private static boolean isLong(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToLong();
    }

    private static NamedTensor tensor(String name, Span span, ByteBuffer file, int dataStart) {
        int bytes = (int) (span.end() - span.begin());
        float[] floats = new float[bytes / Float.BYTES];
        file.slice(dataStart + (int) span.begin(), bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(floats);
        return new NamedTensor(name, span.shape(), floats);
    }

    /** As the format asks: no holes, in which anything could hide, and no byte in two tensors. */
    private static void requireSeamless(List<Span> spans, int dataBytes) {
        List<Span> inOrder = spans.stream()
                .sorted(Comparator.comparingLong(Span::begin).thenComparingLong(Span::end))
                .toList();
        long next = 0;
        for (Span span : inOrder) {
            require(span.begin() == next, "has a hole or an overlap at byte " + Math.min(next, span.begin()));
            next = span.end();
        }
        require(next == dataBytes, "has " + (dataBytes - next) + " bytes behind the last tensor");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException("the safetensors file " + otherwise);
        }
    }
}
