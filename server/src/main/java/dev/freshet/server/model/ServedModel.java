package dev.freshet.server.model;

import dev.freshet.core.model.Manifest;
import dev.freshet.engine.Scorer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The version that answers now: the follower swaps it, every path that scores leases it.
 *
 * <p>All methods from any thread; no reader ever waits for a swap, no swap for a reader.
 */
public final class ServedModel implements AutoCloseable {
    private final String name;
    private final AtomicReference<@Nullable LoadedVersion> current = new AtomicReference<>();
    private final CountDownLatch first = new CountDownLatch(1);
    private volatile boolean closed;

    /** @param name the model's name */
    public ServedModel(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /**
     * Takes the version that answers now, to be closed after scoring: {@code try (Lease version = served.acquire())}.
     *
     * @throws NoModelException if there is none
     */
    public Lease acquire() {
        while (true) {
            LoadedVersion version = current.get();
            if (version == null) {
                throw new NoModelException(
                        closed ? "the server is closing" : "no version of model " + name + " has been loaded yet");
            }
            // Fails only where a swap came between, so the next round finds a newer version.
            if (version.hold()) {
                return new Lease(version);
            }
        }
    }

    /**
     * Swaps a version in if it is newer than the one that answers; otherwise closes it.
     *
     * @param scorer warmed up; belongs to this object from now on
     * @return whether it answers now
     */
    public boolean offer(Manifest manifest, Scorer scorer) {
        LoadedVersion next = new LoadedVersion(manifest, scorer);
        while (true) {
            LoadedVersion replaced = current.get();
            if (closed || (replaced != null && replaced.version() >= next.version())) {
                next.letGo();
                return false;
            }
            if (current.compareAndSet(replaced, next)) {
                if (replaced != null) {
                    replaced.letGo();
                }
                first.countDown();
                if (closed) {
                    clear();
                }
                return true;
            }
        }
    }

    /** The version that answers now; 0 before the first. */
    public long version() {
        LoadedVersion version = current.get();
        return version == null ? 0 : version.version();
    }

    /** What is known of the version that answers now. */
    public Optional<Manifest> manifest() {
        return Optional.ofNullable(current.get()).map(LoadedVersion::manifest);
    }

    public boolean isLoaded() {
        return current.get() != null;
    }

    /** Waits for the first version; false if none came in time. */
    public boolean awaitLoaded(Duration patience) throws InterruptedException {
        return first.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Serves nothing any more; leases that are out stay good. */
    @Override
    public void close() {
        closed = true;
        clear();
    }

    private void clear() {
        LoadedVersion last = current.getAndSet(null);
        if (last != null) {
            last.letGo();
        }
    }
}
