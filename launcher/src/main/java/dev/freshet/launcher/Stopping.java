package dev.freshet.launcher;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns Ctrl-C or SIGTERM into a request to stop, and keeps the JVM alive until the main thread has cleaned up.
 *
 * <p>Use in try-with-resources around a process's whole life: closing says that all is cleaned up.
 */
final class Stopping implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Stopping.class);
    /** Kubernetes kills after 30 s, a person's patience ends sooner. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final CountDownLatch cleanedUp = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);

    /** @param stop called once, on another thread, when a signal comes; must return at once */
    static Stopping onSignal(Runnable stop) {
        Stopping stopping = new Stopping();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopping.signalled(stop), "shutdown"));
        return stopping;
    }

    private void signalled(Runnable stop) {
        if (cleanedUp.getCount() == 0) {
            // The process ended by itself; System.exit has started this hook.
            return;
        }
        asked.countDown();
        stop.run();
        try {
            if (!cleanedUp.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                log.atWarn().addKeyValue("waited", PATIENCE).log("not stopped in time, leaving");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits to be asked. */
    void await() throws InterruptedException {
        asked.await();
    }

    /** Waits to be asked, but not longer than this; whether it was. */
    boolean await(Duration atMost) throws InterruptedException {
        return asked.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        cleanedUp.countDown();
    }
}
