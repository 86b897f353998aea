package dev.freshet.core.data;

import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Reason;

/** Leaves a decoder from any depth; becomes a value before it leaves the package. */
final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Malformed malformed;

    MalformedException(Reason reason, String detail) {
        // No stack trace: a stream of bad records must not cost more than a stream of good ones.
        super(detail, null, false, false);
        this.malformed = new Malformed(reason, detail);
    }

    Malformed malformed() {
        return malformed;
    }
}
