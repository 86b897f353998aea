package dev.freshet.server.model;

import dev.freshet.core.model.Manifest;
import dev.freshet.engine.Scorer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A scorer and the count of those who hold on to it: one for being served, one for each lease.
 *
 * <p>The last to let go closes the scorer, and from then on nobody gets hold of it again.
 */
final class LoadedVersion {
    private final Manifest manifest;
    private final Scorer scorer;
    private final AtomicInteger holders = new AtomicInteger(1);

    LoadedVersion(Manifest manifest, Scorer scorer) {
        this.manifest = manifest;
        this.scorer = scorer;
    }

    Manifest manifest() {
        return manifest;
    }

    long version() {
        return manifest.version();
    }

    Scorer scorer() {
        return scorer;
    }

    /** False where the scorer has been closed; then a newer version is served, or none any more. */
    boolean hold() {
        int before = holders.getAndUpdate(count -> count == 0 ? 0 : count + 1);
        return before > 0;
    }

    void letGo() {
        if (holders.decrementAndGet() == 0) {
            scorer.close();
        }
    }
}
