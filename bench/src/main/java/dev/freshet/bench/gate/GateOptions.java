package dev.freshet.bench.gate;

/**
 * What {@link GateBenchmark} is to do.
 *
 * @param records of the stream that is learned, at least 5 000
 * @param windows of images that equal networks are compared on, at least 1
 * @param seed of the digits and of all that is drawn
 */
public record GateOptions(long records, int windows, long seed) {
    public GateOptions {
        if (records < 5_000) {
            throw new IllegalArgumentException("--records must be at least 5000, was " + records);
        }
        if (windows < 1) {
            throw new IllegalArgumentException("--windows must be at least 1, was " + windows);
        }
    }
}
