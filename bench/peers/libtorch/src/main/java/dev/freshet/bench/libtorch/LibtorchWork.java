package dev.freshet.bench.libtorch;

import dev.freshet.bench.peer.Contender.Work;
import org.bytedeco.javacpp.PointerScope;

/** Work whose native memory is freed at once: a batch's behind the batch, as in C++, and all else at the end. */
abstract class LibtorchWork implements Work {
    private final Batches batches;
    private final PointerScope everything;

    /**
     * @param everything opened before anything that the work keeps was made
     */
    LibtorchWork(Batches batches, PointerScope everything) {
        this.batches = batches;
        this.everything = everything;
        batches.rewind();
    }

    @Override
    public final void next() {
        batches.next();
        try (PointerScope temporary = new PointerScope()) {
            work();
        }
    }

    /** The current batch; what it makes is let go of behind it, unless a reference is retained. */
    abstract void work();

    final Batches batches() {
        return batches;
    }

    @Override
    public final void close() {
        everything.close();
    }
}
