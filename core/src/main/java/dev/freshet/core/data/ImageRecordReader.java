package dev.freshet.core.data;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.freshet.protocol.v1.EncodedImage;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.ImageRecord.ImageCase;
import dev.freshet.protocol.v1.Tensor;
import dev.freshet.protocol.v1.Tensor.DType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads an {@link ImageRecord} without making one: what it says is here until the next is read, its bytes stay where they
 * are in the value. What producers seldom write, and all that looks wrong, is left to the generated parser, which so has the
 * last word: both take and refuse the same values for the same reasons.
 *
 * <p>Belongs to one thread.
 */
final class ImageRecordReader {
    private static final int ID = ImageRecord.ID_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int TENSOR = ImageRecord.TENSOR_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int ENCODED = ImageRecord.ENCODED_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int LABEL = ImageRecord.LABEL_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int EVENT_TIME = ImageRecord.EVENT_TIME_MS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int ATTRIBUTE =
            ImageRecord.ATTRIBUTES_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private static final int DTYPE = Tensor.DTYPE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int DIMENSION = Tensor.SHAPE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int SHAPE = Tensor.SHAPE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int TENSOR_DATA = Tensor.DATA_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private static final int CONTENT_TYPE =
            EncodedImage.CONTENT_TYPE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int ENCODED_DATA = EncodedImage.DATA_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    /** Of an entry of any map, which has text here. */
    private static final int KEY = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private static final int VALUE = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private static final byte[] NOTHING = {};
    /** Dimensions that a tensor seldom exceeds. */
    private static final int USUAL_DIMENSIONS = 8;

    private String id = "";
    private ImageCase imageCase = ImageCase.IMAGE_NOT_SET;
    private DType dtype = DType.DTYPE_UNSPECIFIED;
    private final int[] usualShape = new int[USUAL_DIMENSIONS];
    private int[] shape = usualShape;
    private int dimensions;
    private String contentType = "";
    private byte[] data = NOTHING;
    private int messageBegin;
    private int dataBegin;
    private int dataSize;
    private boolean hasLabel;
    private int label;
    private long eventTimeMillis;

    /**
     * Reads the next record.
     *
     * @param bytes that hold it, {@code size} from {@code begin} on; only read, its data are here, not a copy
     * @throws IOException that the generated parser throws for it
     */
    void read(byte[] bytes, int begin, int size) throws IOException {
        if (!isUsual(bytes, begin, size)) {
            take(ImageRecord.parser().parseFrom(bytes, begin, size));
        }
    }

    String id() {
        return id;
    }

    /** Which image there is; what is said of the other kind means nothing. */
    ImageCase imageCase() {
        return imageCase;
    }

    /** Of a tensor. */
    DType dtype() {
        return dtype;
    }

    /** Whether a tensor has these dimensions. */
    boolean hasShape(int[] expected) {
        return Arrays.equals(shape, 0, dimensions, expected, 0, expected.length);
    }

    /** Of a tensor. */
    List<Integer> shape() {
        return IntStream.of(shape).limit(dimensions).boxed().toList();
    }

    /** Of an encoded image. */
    String contentType() {
        return contentType;
    }

    /** What holds the bytes of either kind of image, {@link #dataSize} from {@link #dataBegin} on. */
    byte[] data() {
        return data;
    }

    int dataBegin() {
        return dataBegin;
    }

    int dataSize() {
        return dataSize;
    }

    boolean hasLabel() {
        return hasLabel;
    }

    /** An unsigned number, 0 where there is none. */
    int label() {
        return label;
    }

    long eventTimeMillis() {
        return eventTimeMillis;
    }

    /** Reads what is written in the usual way; false if it is not, and then nothing here means anything. */
    private boolean isUsual(byte[] bytes, int begin, int size) throws IOException {
        clear(bytes, begin);
        CodedInputStream in = CodedInputStream.newInstance(bytes, begin, size);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (!readField(tag, in)) {
                    return false;
                }
            }
            return true;
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private void clear(byte[] bytes, int begin) {
        id = "";
        imageCase = ImageCase.IMAGE_NOT_SET;
        dtype = DType.DTYPE_UNSPECIFIED;
        shape = usualShape;
        dimensions = 0;
        contentType = "";
        data = bytes;
        messageBegin = begin;
        dataBegin = begin;
        dataSize = 0;
        hasLabel = false;
        label = 0;
        eventTimeMillis = 0;
    }

    private boolean readField(int tag, CodedInputStream in) throws IOException {
        switch (tag) {
            case ID -> id = in.readStringRequireUtf8();
            case TENSOR -> {
                return isFirst(ImageCase.TENSOR) && readTensor(in);
            }
            case ENCODED -> {
                return isFirst(ImageCase.ENCODED) && readEncoded(in);
            }
            case LABEL -> {
                label = in.readUInt32();
                hasLabel = true;
            }
            case EVENT_TIME -> eventTimeMillis = in.readInt64();
            case ATTRIBUTE -> {
                return readAttribute(in);
            }
            default -> {
                return skip(tag, in);
            }
        }
        return true;
    }

    /** A second image replaces the first, or is merged with it. */
    private boolean isFirst(ImageCase image) {
        boolean first = imageCase == ImageCase.IMAGE_NOT_SET;
        imageCase = image;
        return first;
    }

    private boolean readTensor(CodedInputStream in) throws IOException {
        int end = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            boolean usual = true;
            switch (tag) {
                case DTYPE -> {
                    DType known = DType.forNumber(in.readEnum());
                    dtype = known == null ? DType.UNRECOGNIZED : known;
                }
                case SHAPE -> usual = readShape(in);
                case DIMENSION -> usual = addDimension(in.readUInt32());
                case TENSOR_DATA -> readData(in);
                default -> usual = skip(tag, in);
            }
            if (!usual) {
                return false;
            }
        }
        in.popLimit(end);
        return true;
    }

    private boolean readShape(CodedInputStream in) throws IOException {
        int end = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            if (!addDimension(in.readUInt32())) {
                return false;
            }
        }
        in.popLimit(end);
        return true;
    }

    private boolean addDimension(int size) {
        if (dimensions == shape.length) {
            return false;
        }
        shape[dimensions] = size;
        dimensions++;
        return true;
    }

    private boolean readEncoded(CodedInputStream in) throws IOException {
        int end = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case CONTENT_TYPE -> contentType = in.readStringRequireUtf8();
                case ENCODED_DATA -> readData(in);
                default -> {
                    if (!skip(tag, in)) {
                        return false;
                    }
                }
            }
        }
        in.popLimit(end);
        return true;
    }

    /** Nobody wants it, but text that is none makes the record malformed. */
    private static boolean readAttribute(CodedInputStream in) throws IOException {
        int end = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == KEY || tag == VALUE) {
                String unused = in.readStringRequireUtf8();
            } else if (!skip(tag, in)) {
                return false;
            }
        }
        in.popLimit(end);
        return true;
    }

    private void readData(CodedInputStream in) throws IOException {
        int size = in.readRawVarint32();
        int before = in.getTotalBytesRead();
        in.skipRawBytes(size);
        dataBegin = messageBegin + before;
        dataSize = size;
    }

    /** Passes over a field that is not known; groups have rules of their own. */
    private static boolean skip(int tag, CodedInputStream in) throws IOException {
        int wireType = WireFormat.getTagWireType(tag);
        return wireType != WireFormat.WIRETYPE_START_GROUP
                && wireType != WireFormat.WIRETYPE_END_GROUP
                && in.skipField(tag);
    }

    private void take(ImageRecord parsed) {
        Tensor tensor = parsed.getTensor();
        EncodedImage encoded = parsed.getEncoded();
        id = parsed.getId();
        imageCase = parsed.getImageCase();
        dtype = tensor.getDtype();
        shape = tensor.getShapeList().stream().mapToInt(Integer::intValue).toArray();
        dimensions = shape.length;
        contentType = encoded.getContentType();
        data = (imageCase == ImageCase.TENSOR ? tensor.getData() : encoded.getData()).toByteArray();
        dataBegin = 0;
        dataSize = data.length;
        hasLabel = parsed.hasLabel();
        label = parsed.getLabel();
        eventTimeMillis = parsed.getEventTimeMs();
    }
}
