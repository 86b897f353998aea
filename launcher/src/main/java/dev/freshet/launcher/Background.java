package dev.freshet.launcher;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work on a thread of its own whose failure is not lost: whoever waits or looks is told. */
final class Background implements AutoCloseable {
    private final Thread thread;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /** What a process does until it is done. */
    interface Work {
        void run() throws Exception;
    }

    private Background(String name, Work work) {
        thread = new Thread(() -> run(work), name);
        thread.setDaemon(true);
    }

    static Background start(String name, Work work) {
        Background background = new Background(name, work);
        background.thread.start();
        return background;
    }

    private void run(Work work) {
        try {
            work.run();
            end.complete(null);
        } catch (Throwable e) {
            // The thread's outermost frame: errors such as a missing native library must be told as well.
            end.completeExceptionally(e);
        }
    }

    boolean isDone() {
        return end.isDone();
    }

    /**
     * Whether the work has ended, having waited for it at most so long.
     *
     * @throws IllegalStateException if it failed, with what it failed with as the cause
     */
    boolean await(long millis) throws InterruptedException {
        try {
            end.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException | CompletionException e) {
            throw new IllegalStateException("the " + thread.getName() + " failed", e.getCause());
        }
    }

    /** Interrupts the work where it has not ended, and waits for it a moment. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
