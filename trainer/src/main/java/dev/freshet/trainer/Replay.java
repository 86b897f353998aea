package dev.freshet.trainer;

import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The training examples of a bounded run, decoded, in a temporary file that disappears with the process: they can be read
 * in any order, as often as there are epochs, and need not fit into memory.
 *
 * <p>Belongs to the training thread.
 */
final class Replay implements AutoCloseable {
    private final FileChannel file;
    private final ByteBuffer row;
    private int size;
    private int[] partitions = new int[1024];
    private long[] offsets = new long[1024];
    /** From the position in the topic to the one in the file. */
    private int[] rows = new int[0];

    private Replay(FileChannel file, int inputs) {
        this.file = file;
        this.row =
                ByteBuffer.allocateDirect(Integer.BYTES + inputs * Float.BYTES).order(ByteOrder.nativeOrder());
    }

    /**
     * An empty one.
     *
     * @param inputs features per example
     */
    static Replay create(int inputs) {
        try {
            Path path = Files.createTempFile("freshet-replay-", ".bin");
            return new Replay(
                    FileChannel.open(
                            path,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE),
                    inputs);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a file for the records of the epochs", e);
        }
    }

    void add(ConsumerRecord<byte[], byte[]> record, Example example) {
        if (size == partitions.length) {
            partitions = Arrays.copyOf(partitions, 2 * size);
            offsets = Arrays.copyOf(offsets, 2 * size);
        }
        partitions[size] = record.partition();
        offsets[size] = record.offset();
        row.clear();
        row.putInt(example.label());
        row.asFloatBuffer().put(example.features());
        row.clear();
        try {
            for (long position = position(size); row.hasRemaining(); ) {
                position += file.write(row, position);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the records of the epochs in a temporary file", e);
        }
        size++;
    }

    /** Numbers the examples by partition and offset: the order in which they arrived from several partitions is forgotten. */
    void sort() {
        rows = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> partitions[i]).thenComparingLong(i -> offsets[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    int size() {
        return size;
    }

    /** Copies the example of this number into a mini-batch. */
    void read(int number, MiniBatch into) {
        row.clear();
        try {
            for (long position = position(rows[number]); row.hasRemaining(); ) {
                int read = file.read(row, position);
                if (read < 0) {
                    throw new EOFException("the temporary file has become shorter");
                }
                position += read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the records of the epochs", e);
        }
        row.flip();
        into.add(
                row.slice(Integer.BYTES, row.capacity() - Integer.BYTES)
                        .order(row.order())
                        .asFloatBuffer(),
                row.getInt(0));
    }

    /** Where the example of this number is in the topic. */
    int partition(int number) {
        return partitions[rows[number]];
    }

    /** Where the example of this number is in its partition. */
    long offset(int number) {
        return offsets[rows[number]];
    }

    private long position(int index) {
        return (long) index * row.capacity();
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the temporary file of the epochs", e);
        }
    }
}
