package dev.freshet.core.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.freshet.core.config.Config;
import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.model.InputSpec;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Tensor;
import dev.freshet.protocol.v1.Tensor.DType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into examples for one model: checks, scales and normalises; never throws for what a record holds.
 *
 * <p>The trainer requires a label, the server ignores one. Belongs to one thread.
 */
public final class RecordDecoder {
    private final InputSpec input;
    private final int classes;
    private final boolean labelRequired;
    private final ImageReading images;
    private final int[] shape;
    /** Whether no byte becomes infinite or NaN when it is normalised. */
    private final boolean bytesStayFinite;

    private final ObjectMapper json = new ObjectMapper();

    private RecordDecoder(InputSpec input, int classes, boolean labelRequired) {
        this.input = input;
        this.classes = classes;
        this.labelRequired = labelRequired;
        this.images = new ImageReading(input);
        this.shape = input.shape().stream().mapToInt(Integer::intValue).toArray();
        this.bytesStayFinite = staysFinite((byte) 0) && staysFinite((byte) 0xff);
    }

    /** What comes of the bytes in between lies in between. */
    private boolean staysFinite(byte value) {
        byte[] bytes = new byte[input.size()];
        Arrays.fill(bytes, value);
        float[] features = new float[input.size()];
        input.scaleBytes(bytes, features);
        return firstNotFinite(features) < 0;
    }

    private static int firstNotFinite(float[] features) {
        for (int i = 0; i < features.length; i++) {
            if (!Float.isFinite(features[i])) {
                return i;
            }
        }
        return -1;
    }

    /** For the topic {@code images}: a record without a label in {@code [0, classes)} is malformed. */
    public static RecordDecoder ofLabelled(InputSpec input, int classes) {
        return new RecordDecoder(input, classes, true);
    }

    /** For the topic {@code requests}: a label, where there is one, is not looked at. */
    public static RecordDecoder ofUnlabelled(InputSpec input) {
        return new RecordDecoder(input, 0, false);
    }

    /** Decodes one record. */
    public Decoded decode(RawRecord raw) {
        byte[] value = raw.value();
        if (value == null || value.length == 0) {
            return new Malformed(Reason.EMPTY, "the record has no value");
        }
        try {
            String contentType = mediaType(raw.contentType());
            return switch (contentType) {
                case ContentTypes.PROTOBUF -> decodeProtobuf(ImageRecord.parseFrom(value), raw);
                case ContentTypes.PNG, ContentTypes.JPEG ->
                    example(raw.idOr(""), images.read(contentType, value), true, labelOf(raw.label()), 0);
                case ContentTypes.JSON -> decodeJson(json.readTree(value), raw);
                default ->
                    new Malformed(
                            Reason.UNSUPPORTED_CONTENT_TYPE,
                            "content-type " + raw.contentType() + " is none of " + ContentTypes.PROTOBUF + ", "
                                    + ContentTypes.PNG + ", " + ContentTypes.JPEG + ", " + ContentTypes.JSON);
            };
        } catch (MalformedException e) {
            return e.malformed();
        } catch (InvalidProtocolBufferException e) {
            return new Malformed(Reason.UNDECODABLE, "not an ImageRecord: " + e.getMessage());
        } catch (IOException e) {
            return new Malformed(Reason.UNDECODABLE, "not valid " + raw.contentType() + ": " + e.getMessage());
        }
    }

    private Decoded decodeProtobuf(ImageRecord record, RawRecord raw) throws MalformedException {
        float[] features =
                switch (record.getImageCase()) {
                    case TENSOR -> features(record.getTensor());
                    case ENCODED ->
                        images.read(
                                mediaType(record.getEncoded().getContentType()),
                                record.getEncoded().getData().toByteArray());
                    case IMAGE_NOT_SET ->
                        throw new MalformedException(Reason.EMPTY, "the ImageRecord holds neither tensor nor image");
                };
        Long label = record.hasLabel() ? Long.valueOf(Integer.toUnsignedLong(record.getLabel())) : labelOf(raw.label());
        boolean areBytes = record.getImageCase() != ImageRecord.ImageCase.TENSOR
                || record.getTensor().getDtype() == DType.UINT8;
        return example(raw.idOr(record.getId()), features, areBytes, label, record.getEventTimeMs());
    }

    private float[] features(Tensor tensor) throws MalformedException {
        requireShape(tensor);
        int width =
                switch (tensor.getDtype()) {
                    case UINT8 -> 1;
                    case FLOAT32 -> Float.BYTES;
                    default ->
                        throw new MalformedException(
                                Reason.UNDECODABLE,
                                "tensor dtype " + tensor.getDtype() + " is neither UINT8 nor FLOAT32");
                };
        ByteString data = tensor.getData();
        if (data.size() != input.size() * width) {
            throw new MalformedException(
                    Reason.WRONG_SHAPE,
                    data.size() + " bytes of " + tensor.getDtype() + " where shape " + input.shape() + " needs "
                            + input.size() * width);
        }
        float[] features = new float[input.size()];
        if (width == 1) {
            input.scaleBytes(data.toByteArray(), features);
        } else {
            FloatBuffer floats =
                    data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            floats.get(features);
            input.normalise(features);
        }
        return features;
    }

    private Decoded decodeJson(JsonNode record, RawRecord raw) throws MalformedException {
        if (record == null || !record.isObject()) {
            throw new MalformedException(Reason.UNDECODABLE, "the JSON value is not an object");
        }
        JsonNode data = record.path("data");
        if (!data.isArray()) {
            throw new MalformedException(Reason.UNDECODABLE, "the JSON object has no array \"data\"");
        }
        if (record.has("shape")) {
            List<Integer> shape = new ArrayList<>();
            record.get("shape").forEach(size -> shape.add(size.asInt()));
            requireShape(shape);
        }
        if (data.size() != input.size()) {
            throw new MalformedException(
                    Reason.WRONG_SHAPE,
                    data.size() + " numbers where shape " + input.shape() + " needs " + input.size());
        }
        String dtype = record.path("dtype").asText("uint8");
        if (!dtype.equals("uint8") && !dtype.equals("float32")) {
            throw new MalformedException(Reason.UNDECODABLE, "dtype " + dtype + " is neither uint8 nor float32");
        }
        float[] features = new float[input.size()];
        for (int i = 0; i < features.length; i++) {
            if (!data.get(i).isNumber()) {
                throw new MalformedException(Reason.UNDECODABLE, "data[" + i + "] is not a number");
            }
            features[i] = data.get(i).floatValue();
            if (dtype.equals("uint8")) {
                if (!(features[i] >= 0 && features[i] <= 255 && features[i] == Math.rint(features[i]))) {
                    throw new MalformedException(
                            Reason.UNDECODABLE,
                            "data[" + i + "] = " + data.get(i) + " is not a whole number in [0, 255]");
                }
                features[i] /= 255;
            }
        }
        input.normalise(features);
        return example(
                raw.idOr(record.path("id").asText("")),
                features,
                false,
                labelOf(record.path("label"), raw),
                record.path("event_time_ms").asLong(0));
    }

    private @Nullable Long labelOf(JsonNode label, RawRecord raw) throws MalformedException {
        if (label.isMissingNode() || label.isNull()) {
            return labelOf(raw.label());
        }
        if (!labelRequired) {
            return null;
        }
        if (!label.canConvertToExactIntegral() || !label.canConvertToLong()) {
            throw new MalformedException(Reason.LABEL_OUT_OF_RANGE, "label " + label + " is not a whole number");
        }
        return label.longValue();
    }

    /** Without parameters such as {@code ; charset=utf-8}, which change nothing here. */
    private static String mediaType(String contentType) {
        if (contentType.equals(ContentTypes.PROTOBUF)) {
            return contentType;
        }
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** Number by number: a list would box each, for every record. */
    private void requireShape(Tensor tensor) throws MalformedException {
        boolean same = tensor.getShapeCount() == shape.length;
        for (int i = 0; same && i < shape.length; i++) {
            same = tensor.getShape(i) == shape[i];
        }
        if (!same) {
            requireShape(tensor.getShapeList());
        }
    }

    private void requireShape(List<Integer> shape) throws MalformedException {
        if (!shape.equals(input.shape())) {
            throw new MalformedException(
                    Reason.WRONG_SHAPE, "shape " + shape + " where the model takes " + input.shape());
        }
    }

    private @Nullable Long labelOf(@Nullable String header) throws MalformedException {
        if (header == null || !labelRequired) {
            return null;
        }
        try {
            return Long.valueOf(header.strip());
        } catch (NumberFormatException e) {
            throw new MalformedException(
                    Reason.LABEL_OUT_OF_RANGE, "header label \"" + header + "\" is not a whole number");
        }
    }

    private Decoded example(String id, float[] features, boolean areBytes, @Nullable Long label, long eventTimeMillis)
            throws MalformedException {
        if (!areBytes || !bytesStayFinite) {
            int wrong = firstNotFinite(features);
            if (wrong >= 0) {
                throw new MalformedException(Reason.NON_FINITE, "value " + wrong + " is " + features[wrong]);
            }
        }
        if (!labelRequired) {
            return new Valid(new Example(id, features, Example.UNLABELLED, eventTimeMillis));
        }
        if (label == null) {
            throw new MalformedException(Reason.NO_LABEL, "neither the value nor the header label gives a label");
        }
        if (label < 0 || label >= classes) {
            throw new MalformedException(
                    Reason.LABEL_OUT_OF_RANGE, "label " + label + " is not in [0, " + (classes - 1) + "]");
        }
        return new Valid(new Example(id, features, label.intValue(), eventTimeMillis));
    }

    /** The tag of a meter and the reason header of a dead letter. */
    public static String nameOf(Reason reason) {
        return Config.nameOf(reason);
    }
}
