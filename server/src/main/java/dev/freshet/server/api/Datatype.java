package dev.freshet.server.api;

/** Those of the protocol's data types that the model's tensors have. */
public enum Datatype {
    FP32,
    UINT8,
    BYTES,
    INT64;

    /** @throws RefusedException if it is none that the model's input may have */
    public static Datatype ofInput(String name) throws RefusedException {
        return switch (name) {
            case "FP32" -> FP32;
            case "UINT8" -> UINT8;
            case "BYTES" -> BYTES;
            default ->
                throw RefusedException.invalid(
                        "the input's datatype is \"" + name + "\"; FP32, UINT8 and BYTES are taken");
        };
    }
}
