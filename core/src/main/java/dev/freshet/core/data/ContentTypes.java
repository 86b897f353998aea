package dev.freshet.core.data;

/** The accepted values of the record header {@code content-type}. */
public final class ContentTypes {
    /** {@code freshet.v1.ImageRecord}; also what a record without the header is taken for. */
    public static final String PROTOBUF = "application/x-protobuf";

    public static final String PNG = "image/png";
    public static final String JPEG = "image/jpeg";

    /** <code>{"id": "a", "label": 3, "dtype": "uint8", "shape": [1, 28, 28], "data": [0, 255, …]}</code>. */
    public static final String JSON = "application/json";

    private ContentTypes() {}
}
