package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.ContenderOrders;
import java.io.IOException;
import org.bytedeco.pytorch.Context;

/** The process. */
public final class Main {
    private Main() {}

    /** Obeys until its parent is gone. */
    public static void main(String[] arguments) throws IOException {
        // Adam's moments become denormal numbers, with which processors are many times slower.
        Context.setFlushDenormal(true);
        ContenderOrders.of(LibtorchContender::new).obey();
    }
}
