package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.ContenderOrders;
import java.io.IOException;
import org.bytedeco.pytorch.Context;

/** The process. */
public final class Main {
    private Main() {}

    /** @param arguments the most threads */
    public static void main(String[] arguments) throws IOException {
        // Adam's moments become denormal numbers, with which processors are many times slower.
        Context.setFlushDenormal(true);
        int threads = Integer.parseInt(arguments[0]);
        ContenderOrders.of(workload -> new LibtorchContender(workload, threads))
                .on("multiply", order -> Double.toString(LibtorchContender.multiply(Double.parseDouble(order.get(0)))))
                .obey();
    }
}
