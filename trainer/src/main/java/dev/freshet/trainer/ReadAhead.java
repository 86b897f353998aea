package dev.freshet.trainer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Polls and decodes on a thread of its own, a few polls ahead of the training thread, which otherwise would spend a quarter of
 * its time on that.
 *
 * <p>From {@link #start} to {@link #close} the stream belongs to that thread; everything else here is for the training
 * thread, but for {@link #lag}.
 */
final class ReadAhead implements ImageSource, AutoCloseable {
    /** Polls that wait for the training thread: as much as it may learn while a fetch is under way. */
    private static final int POLLS_AHEAD = 8;

    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ImageStream images;
    private final Decoding decoding;
    private final BlockingQueue<List<Taken>> ahead = new ArrayBlockingQueue<>(POLLS_AHEAD);
    private final Thread thread = new Thread(this::run, "freshet-trainer-reader");

    private final BooleanSupplier finishing;

    private volatile boolean closing;
    /** Set after the last list was put into the queue. */
    private volatile boolean done;

    private volatile @Nullable Throwable failure;
    private volatile long lag;

    private ReadAhead(ImageStream images, Decoding decoding, BooleanSupplier finishing) {
        this.images = images;
        this.decoding = decoding;
        this.finishing = finishing;
        thread.setDaemon(true);
    }

    /** @param finishing from when on only what is in the topic then is returned, to its last record; stays true */
    static ReadAhead start(ImageStream images, Decoding decoding, BooleanSupplier finishing) {
        ReadAhead started = new ReadAhead(images, decoding, finishing);
        started.thread.start();
        return started;
    }

    @Override
    public List<Taken> take() throws InterruptedException {
        List<Taken> next = ahead.poll(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
            return next;
        }
        rethrow(failure);
        return List.of();
    }

    @Override
    public boolean endsMiniBatch() {
        return false;
    }

    @Override
    public boolean hasEnded() {
        // In this order: nothing is put into the queue after it is done.
        return done && ahead.isEmpty() && failure == null;
    }

    /** Records in the topic that {@link #take} has not returned, roughly; from any thread. */
    long lag() {
        return lag + ahead.stream().mapToInt(List::size).sum();
    }

    private void run() {
        try {
            readToTheEnd();
        } catch (InterruptedException | InterruptException e) {
            failure = closing ? null : e;
        } catch (Throwable e) {
            // The thread's outermost frame: the training thread is told.
            failure = e;
        } finally {
            done = true;
        }
    }

    private void readToTheEnd() throws InterruptedException {
        Map<TopicPartition, Long> end = null;
        while (!closing) {
            if (end == null && finishing.getAsBoolean()) {
                end = images.end();
            }
            if (end != null && images.hasReached(end)) {
                return;
            }
            List<Taken> taken = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : images.poll()) {
                if (end == null || isBefore(end, record)) {
                    taken.add(decoding.decode(record));
                }
            }
            lag = images.lag();
            if (!taken.isEmpty()) {
                ahead.put(taken);
            }
        }
    }

    private static boolean isBefore(Map<TopicPartition, Long> end, ConsumerRecord<byte[], byte[]> record) {
        return record.offset() < end.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        } else if (failure instanceof Error error) {
            throw error;
        } else if (failure != null) {
            throw new IllegalStateException("the reader of images has ended", failure);
        }
    }

    /** The stream belongs to whoever closes this afterwards. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
