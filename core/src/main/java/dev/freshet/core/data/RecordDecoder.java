package dev.freshet.core.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.freshet.core.config.Config;
import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.DecodedRow.Filled;
import dev.freshet.core.model.InputSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into examples for one model: checks, scales and normalises; never throws for what a record holds.
 *
 * <p>The trainer requires a label, the server is glad of one. Belongs to one thread.
 */
public final class RecordDecoder {
    private static final Pattern SHORT_NUMBER = Pattern.compile("[0-9]{1,9}");

    private final InputSpec input;
    private final int classes;
    private final boolean labelRequired;
    private final int size;
    private final int[] shape;
    private final ByteScale scale;
    /** Whether no byte becomes infinite or NaN when it is normalised. */
    private final boolean bytesStayFinite;

    private final ImageReading images;
    private final ImageRecordReader record = new ImageRecordReader();
    private final ObjectMapper json = new ObjectMapper();

    private RecordDecoder(InputSpec input, int classes, boolean labelRequired) {
        this.input = input;
        this.classes = classes;
        this.labelRequired = labelRequired;
        this.size = input.size();
        this.shape = input.shape().stream().mapToInt(Integer::intValue).toArray();
        this.scale = ByteScale.of(input);
        this.bytesStayFinite = scale.isFinite();
        this.images = new ImageReading(input, scale);
    }

    /** For the topic {@code images}: a record without a label in {@code [0, classes)} is malformed. */
    public static RecordDecoder ofLabelled(InputSpec input, int classes) {
        return new RecordDecoder(input, classes, true);
    }

    /** For the topic {@code requests}: a label, where there is one, is not looked at. */
    public static RecordDecoder ofUnlabelled(InputSpec input) {
        return new RecordDecoder(input, 0, false);
    }

    /** For the topic {@code requests}: a label in {@code [0, classes)} is taken where there is one, any other is none. */
    public static RecordDecoder ofRequests(InputSpec input, int classes) {
        return new RecordDecoder(input, classes, false);
    }

    /** Decodes one record. */
    public Decoded decode(RawRecord raw) {
        float[] features = new float[size];
        DecodedRow row = decode(raw, features, 0);
        return row instanceof Filled filled
                ? new Valid(new Example(filled.id(), features, filled.label(), filled.eventTimeMillis()))
                : (Malformed) row;
    }

    /**
     * Decodes one record into a row of a batch.
     *
     * @param features {@code [inputs]} from {@code begin} on are written to; what they are if it is malformed means nothing
     */
    public DecodedRow decode(RawRecord raw, float[] features, int begin) {
        if (raw.size() == 0) {
            return new Malformed(Reason.EMPTY, "the record has no value");
        }
        try {
            String contentType = mediaType(raw.contentType());
            return switch (contentType) {
                case ContentTypes.PROTOBUF -> decodeProtobuf(raw, features, begin);
                case ContentTypes.PNG, ContentTypes.JPEG -> decodePicture(contentType, raw, features, begin);
                case ContentTypes.JSON ->
                    decodeJson(json.readTree(raw.bytes(), raw.begin(), raw.size()), raw, features, begin);
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

    private DecodedRow decodeProtobuf(RawRecord raw, float[] features, int begin)
            throws MalformedException, IOException {
        record.read(raw.bytes(), raw.begin(), raw.size());
        boolean areBytes = true;
        switch (record.imageCase()) {
            case TENSOR -> areBytes = readTensor(features, begin);
            case ENCODED ->
                images.read(
                        mediaType(record.contentType()),
                        Arrays.copyOfRange(record.data(), record.dataBegin(), record.dataBegin() + record.dataSize()),
                        features,
                        begin);
            case IMAGE_NOT_SET ->
                throw new MalformedException(Reason.EMPTY, "the ImageRecord holds neither tensor nor image");
        }
        if (!areBytes || !bytesStayFinite) {
            requireFinite(features, begin);
        }
        int label = record.hasLabel() ? checked(Integer.toUnsignedLong(record.label())) : labelOf(raw);
        return new Filled(raw.idOr(record.id()), label, record.eventTimeMillis());
    }

    /** Whether they were bytes. */
    private boolean readTensor(float[] features, int begin) throws MalformedException {
        if (!record.hasShape(shape)) {
            requireShape(record.shape());
        }
        int width =
                switch (record.dtype()) {
                    case UINT8 -> 1;
                    case FLOAT32 -> Float.BYTES;
                    default ->
                        throw new MalformedException(
                                Reason.UNDECODABLE, "tensor dtype " + record.dtype() + " is neither UINT8 nor FLOAT32");
                };
        if (record.dataSize() != size * width) {
            throw new MalformedException(
                    Reason.WRONG_SHAPE,
                    record.dataSize() + " bytes of " + record.dtype() + " where shape " + input.shape() + " needs "
                            + size * width);
        }
        if (width == 1) {
            scale.apply(record.data(), record.dataBegin(), features, begin);
            return true;
        }
        ByteBuffer.wrap(record.data(), record.dataBegin(), record.dataSize())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(features, begin, size);
        input.normalise(features, begin);
        return false;
    }

    private DecodedRow decodePicture(String contentType, RawRecord raw, float[] features, int begin)
            throws MalformedException {
        images.read(contentType, raw.value(), features, begin);
        if (!bytesStayFinite) {
            requireFinite(features, begin);
        }
        return new Filled(raw.idOr(""), labelOf(raw), 0);
    }

    private DecodedRow decodeJson(JsonNode record, RawRecord raw, float[] features, int begin)
            throws MalformedException {
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
        if (data.size() != size) {
            throw new MalformedException(
                    Reason.WRONG_SHAPE, data.size() + " numbers where shape " + input.shape() + " needs " + size);
        }
        String dtype = record.path("dtype").asText("uint8");
        if (!dtype.equals("uint8") && !dtype.equals("float32")) {
            throw new MalformedException(Reason.UNDECODABLE, "dtype " + dtype + " is neither uint8 nor float32");
        }
        for (int i = 0; i < size; i++) {
            features[begin + i] = number(data, i, dtype);
        }
        input.normalise(features, begin);
        requireFinite(features, begin);
        return new Filled(
                raw.idOr(record.path("id").asText("")),
                labelOf(record.path("label"), raw),
                record.path("event_time_ms").asLong(0));
    }

    private static float number(JsonNode data, int index, String dtype) throws MalformedException {
        JsonNode element = data.get(index);
        if (!element.isNumber()) {
            throw new MalformedException(Reason.UNDECODABLE, "data[" + index + "] is not a number");
        }
        float number = element.floatValue();
        if (dtype.equals("float32")) {
            return number;
        }
        if (!(number >= 0 && number <= 255 && number == Math.rint(number))) {
            throw new MalformedException(
                    Reason.UNDECODABLE, "data[" + index + "] = " + element + " is not a whole number in [0, 255]");
        }
        return number / 255;
    }

    private int labelOf(JsonNode label, RawRecord raw) throws MalformedException {
        if (label.isMissingNode() || label.isNull()) {
            return labelOf(raw);
        }
        if (!labelRequired && !(label.canConvertToExactIntegral() && label.canConvertToInt())) {
            return Example.UNLABELLED;
        }
        if (!label.canConvertToExactIntegral() || !label.canConvertToLong()) {
            throw new MalformedException(Reason.LABEL_OUT_OF_RANGE, "label " + label + " is not a whole number");
        }
        return checked(label.longValue());
    }

    /** From the header, where the value gives none. */
    private int labelOf(RawRecord raw) throws MalformedException {
        if (!labelRequired) {
            return classes == 0 ? Example.UNLABELLED : labelIn(raw.label());
        }
        String header = raw.label();
        if (header == null) {
            throw new MalformedException(Reason.NO_LABEL, "neither the value nor the header label gives a label");
        }
        try {
            return checked(Long.parseLong(header.strip()));
        } catch (NumberFormatException e) {
            throw new MalformedException(
                    Reason.LABEL_OUT_OF_RANGE, "header label \"" + header + "\" is not a whole number");
        }
    }

    /** Of a request, where it has one. */
    private int labelIn(@Nullable String header) throws MalformedException {
        if (header == null) {
            return Example.UNLABELLED;
        }
        String text = header.strip();
        return SHORT_NUMBER.matcher(text).matches() ? checked(Integer.parseInt(text)) : Example.UNLABELLED;
    }

    private int checked(long label) throws MalformedException {
        if (!labelRequired) {
            return label >= 0 && label < classes ? (int) label : Example.UNLABELLED;
        }
        if (label < 0 || label >= classes) {
            throw new MalformedException(
                    Reason.LABEL_OUT_OF_RANGE, "label " + label + " is not in [0, " + (classes - 1) + "]");
        }
        return (int) label;
    }

    private void requireFinite(float[] features, int begin) throws MalformedException {
        for (int i = 0; i < size; i++) {
            if (!Float.isFinite(features[begin + i])) {
                throw new MalformedException(Reason.NON_FINITE, "value " + i + " is " + features[begin + i]);
            }
        }
    }

    /** Without parameters such as {@code ; charset=utf-8}, which change nothing here. */
    private static String mediaType(String contentType) {
        if (contentType.equals(ContentTypes.PROTOBUF)) {
            return contentType;
        }
        return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private void requireShape(List<Integer> shape) throws MalformedException {
        if (!shape.equals(input.shape())) {
            throw new MalformedException(
                    Reason.WRONG_SHAPE, "shape " + shape + " where the model takes " + input.shape());
        }
    }

    /** The id of a record that is malformed: from its value as far as that can be read, or else as if it had none. */
    public String idOf(RawRecord raw) {
        try {
            return switch (mediaType(raw.contentType())) {
                case ContentTypes.PROTOBUF -> {
                    record.read(raw.bytes(), raw.begin(), raw.size());
                    yield raw.idOr(record.id());
                }
                case ContentTypes.JSON ->
                    raw.idOr(json.readTree(raw.bytes(), raw.begin(), raw.size())
                            .path("id")
                            .asText(""));
                default -> raw.idOr("");
            };
        } catch (IOException e) {
            return raw.idOr("");
        }
    }

    /** The tag of a meter and the reason header of a dead letter. */
    public static String nameOf(Reason reason) {
        return Config.nameOf(reason);
    }
}
