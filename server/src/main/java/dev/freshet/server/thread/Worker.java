package dev.freshet.server.thread;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One long-lived thread: what its body throws before it was told to stop goes to whoever made it.
 *
 * <p>{@link #isRunning} and {@link #pause} are for the body, the rest for the owner.
 */
public final class Worker {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

    private final String name;
    private final Body body;
    private final Consumer<Throwable> onFailure;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    /** What the thread does until {@link #isRunning} is false. */
    public interface Body {
        void run() throws InterruptedException;
    }

    /** @param onFailure called on the dying thread */
    public Worker(String name, Body body, Consumer<Throwable> onFailure) {
        this.name = name;
        this.body = body;
        this.onFailure = onFailure;
        this.thread = new Thread(this::run, "freshet-" + name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    public boolean isRunning() {
        return stopping.getCount() > 0;
    }

    /** Waits, but no longer than until the worker is told to stop. */
    public void pause(Duration duration) throws InterruptedException {
        boolean stopped = stopping.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        if (stopped) {
            log.atDebug().addKeyValue("thread", name).log("pause cut short");
        }
    }

    /**
     * Tells the body to stop and waits for it, with an interrupt when it takes too long.
     *
     * @param wakeUp ends whatever call the body may be blocked in
     */
    public void stop(Runnable wakeUp, Duration patience) {
        stopping.countDown();
        wakeUp.run();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(patience.toMillis());
            if (thread.isAlive()) {
                log.atWarn().addKeyValue("thread", name).log("interrupting a thread that does not stop");
                thread.interrupt();
                thread.join(AFTER_INTERRUPT.toMillis());
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            body.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.atDebug().addKeyValue("thread", name).log("interrupted");
        } catch (Throwable e) {
            if (isRunning()) {
                onFailure.accept(e);
            } else {
                log.atWarn().addKeyValue("thread", name).setCause(e).log("failed while stopping");
            }
        }
    }
}
