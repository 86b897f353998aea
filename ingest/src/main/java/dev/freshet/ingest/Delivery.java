package dev.freshet.ingest;

import dev.freshet.core.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends records and knows what became of each: acknowledged, on its way, or failed, which fails everything.
 *
 * <p>One thread sends; the producer's thread reports. What is on its way is bounded, so that this thread waits here,
 * where it can say so, and not inside the producer.
 */
final class Delivery implements AutoCloseable {
    /** Half the producer's own buffer, whose batches are seldom full. */
    static final int ROOM_BYTES = 16 << 20;

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);
    private static final long SILENCE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final long LOOK_UP_MILLIS = 500;
    /** About what Kafka adds to key and value; also keeps empty records from being free. */
    private static final int OVERHEAD_BYTES = 100;

    private final Producer<byte[], byte[]> producer;
    private final LongSupplier nanoTime;
    private final Counter records;
    private final Timer duration;
    private final Semaphore room = new Semaphore(ROOM_BYTES);
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    // Only the sending thread touches these.
    private long sent;
    private long heardOf;
    private long heardAt;
    private boolean warned;

    /** @param producer closed with this */
    Delivery(Producer<byte[], byte[]> producer, MeterRegistry registry, LongSupplier nanoTime) {
        this.producer = producer;
        this.nanoTime = nanoTime;
        this.records = Meters.INGEST_RECORDS.counter(registry);
        this.duration = Meters.INGEST_SEND_DURATION.timer(registry);
        this.heardAt = nanoTime.getAsLong();
    }

    /**
     * Hands one record to the producer; blocks while too much is on its way.
     *
     * @throws DeliveryException if this or an earlier record failed
     */
    void send(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
        int bytes = Math.min(ROOM_BYTES, OVERHEAD_BYTES + record.key().length + record.value().length);
        await(bytes);
        long start = nanoTime.getAsLong();
        try {
            var unused = producer.send(record, (metadata, e) -> completed(bytes, start, e));
            sent++;
        } catch (InterruptException e) {
            throw interrupted(e);
        } catch (KafkaException e) {
            throw failed(e);
        }
    }

    /**
     * Blocks until every record is acknowledged.
     *
     * @throws DeliveryException if one failed
     */
    void awaitAll() throws InterruptedException {
        await(ROOM_BYTES);
        room.release(ROOM_BYTES);
    }

    /** Takes that much room; all of it is free only when nothing is on its way. */
    private void await(int bytes) throws InterruptedException {
        do {
            throwIfFailed();
            listen();
        } while (!room.tryAcquire(bytes, LOOK_UP_MILLIS, TimeUnit.MILLISECONDS));
        throwIfFailed();
    }

    /** Records that the broker has for certain. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** On the producer's thread. */
    private void completed(int bytes, long start, @Nullable Exception e) {
        if (e == null) {
            acknowledged.incrementAndGet();
            records.increment();
            duration.record(nanoTime.getAsLong() - start, TimeUnit.NANOSECONDS);
        } else {
            failure.compareAndSet(null, e);
        }
        room.release(bytes);
    }

    /** Notices when the broker has not answered for a while, and when it does again. */
    private void listen() {
        long now = nanoTime.getAsLong();
        long acknowledgedNow = acknowledged.get();
        if (acknowledgedNow > heardOf || acknowledgedNow == sent) {
            heardOf = acknowledgedNow;
            heardAt = now;
            if (warned) {
                warned = false;
                log.info("the broker acknowledges records again");
            }
        } else if (now - heardAt >= SILENCE_NANOS && !warned) {
            warned = true;
            log.atWarn()
                    .addKeyValue("waiting", sent - acknowledgedNow)
                    .addKeyValue("acknowledged", acknowledgedNow)
                    .log("waiting for the broker, which has not acknowledged a record for a while");
        }
    }

    private void throwIfFailed() {
        Exception cause = failure.get();
        if (cause != null) {
            throw failed(cause);
        }
    }

    /** Gives up what is still on its way first, so that the count is final. */
    private DeliveryException failed(Exception cause) {
        producer.close(Duration.ZERO);
        return new DeliveryException(acknowledged.get(), cause);
    }

    private static InterruptedException interrupted(InterruptException e) {
        // The client has set the flag again; the exception stands for it now.
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }

    /** Gives up whatever was not awaited. */
    @Override
    public void close() {
        boolean nothingOnItsWay = room.availablePermits() == ROOM_BYTES;
        producer.close(nothingOnItsWay ? CLOSING : Duration.ZERO);
    }
}
