package dev.freshet.ingest;

/** How an image is written into its record. */
public enum Encoding {
    /** {@code freshet.v1.ImageRecord} with a uint8 or float32 tensor, label and event time. */
    PROTOBUF,
    /** The bytes of a PNG file, with the label in a header: what a producer without generated code sends. */
    PNG
}
