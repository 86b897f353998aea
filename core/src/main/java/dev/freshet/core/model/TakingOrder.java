package dev.freshet.core.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * In which order records were taken from the partitions of a topic: so many from one, then so many from another. With the
 * offsets to begin at and the size of a mini-batch it says what each step has learned from, row by row.
 *
 * <p>As JSON it is a list of numbers, two for each run: partition and records.
 *
 * @param runs in order; one of no records says that a mini-batch ended there although it was not full
 */
public record TakingOrder(List<Run> runs) {
    public static final TakingOrder NONE = new TakingOrder(List.of());

    public TakingOrder {
        runs = List.copyOf(runs);
    }

    /**
     * Records taken one after the other.
     *
     * @param partition at least 0
     * @param records at least 1; or 0, with partition 0, where a mini-batch ended although it was not full
     */
    public record Run(int partition, long records) {
        static final Run BREAK = new Run(0, 0);

        public Run {
            if (partition < 0 || records < 0) {
                throw new IllegalArgumentException(records + " records of partition " + partition);
            }
        }

        /** Whether a mini-batch ended there although it was not full. */
        public boolean isBreak() {
            return records == 0;
        }

        private boolean beginsWith(Run other) {
            return isBreak() == other.isBreak() && partition == other.partition && records >= other.records;
        }
    }

    /**
     * Reads {@link #toNumbers}.
     *
     * @throws IllegalArgumentException if the numbers are no pairs, or cannot be partitions and records
     */
    @JsonCreator
    public static TakingOrder ofNumbers(List<Long> numbers) {
        if (numbers.size() % 2 != 0) {
            throw new IllegalArgumentException("partition and records must come in pairs, were " + numbers.size());
        }
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i += 2) {
            runs.add(new Run(Math.toIntExact(numbers.get(i)), numbers.get(i + 1)));
        }
        return new TakingOrder(runs);
    }

    /** Partition and records of each run. */
    @JsonValue
    public List<Long> toNumbers() {
        List<Long> numbers = new ArrayList<>(2 * runs.size());
        for (Run run : runs) {
            numbers.add((long) run.partition());
            numbers.add(run.records());
        }
        return numbers;
    }

    /** Records in all. */
    public long records() {
        return runs.stream().mapToLong(Run::records).sum();
    }

    /**
     * What was taken behind the beginning.
     *
     * @param beginning in which order the first records were taken
     * @throws IllegalArgumentException if this does not begin so
     */
    public TakingOrder after(TakingOrder beginning) {
        List<Run> rest = new ArrayList<>(runs);
        for (Run begun : beginning.runs) {
            if (rest.isEmpty() || !rest.get(0).beginsWith(begun)) {
                throw new IllegalArgumentException("the records were taken in another order from the beginning on");
            }
            Run first = rest.remove(0);
            if (first.records > begun.records) {
                rest.add(0, new Run(first.partition, first.records - begun.records));
            }
        }
        return new TakingOrder(rest);
    }

    /** To go on with. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.runs.addAll(runs);
        return builder;
    }

    /** Grows record by record. Belongs to one thread. */
    public static final class Builder {
        private static final int NO_PARTITION = -1;

        private final List<Run> runs = new ArrayList<>();
        private int partition = NO_PARTITION;
        private long records;

        private Builder() {}

        /** One more record, of this partition. */
        public void add(int partition) {
            if (partition != this.partition) {
                endRun();
                this.partition = partition;
            }
            records++;
        }

        /** The mini-batch ends here, however small it is. */
        public void endMiniBatch() {
            endRun();
            runs.add(Run.BREAK);
        }

        private void endRun() {
            if (records == 0) {
                return;
            }
            int last = runs.size() - 1;
            if (last >= 0 && !runs.get(last).isBreak() && runs.get(last).partition() == partition) {
                runs.set(last, new Run(partition, runs.get(last).records() + records));
            } else {
                runs.add(new Run(partition, records));
            }
            records = 0;
        }

        public TakingOrder build() {
            endRun();
            return new TakingOrder(runs);
        }
    }
}
