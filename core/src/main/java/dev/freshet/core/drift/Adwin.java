package dev.freshet.core.drift;

import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * ADWIN2 (Bifet and Gavaldà, "Learning from time-changing data with adaptive windowing", 2007): a window that grows for as
 * long as its older and its newer part agree, and loses its oldest part when they do not.
 *
 * <p>The window is an exponential histogram: row r has buckets of 2ʳ observations each, at most M of them; an (M+1)-th
 * merges the two oldest of the row into one of the next. So n observations take M·log₂(n/M) buckets, and every division
 * between two buckets is looked at. The older part with n₀ observations and mean μ₀ and the newer with n₁ and μ₁ disagree if
 *
 * <pre>|μ₀ - μ₁| > √(2/m σ² ln(2/δ')) + 2/(3m) ln(2/δ'),  1/m = 1/n₀ + 1/n₁,  δ' = δ / ln n</pre>
 *
 * <p>where σ² is the whole window's variance. Observations are 0 or 1, so σ² is μ(1-μ), sums are whole numbers, and
 * nothing is rounded.
 *
 * <p>Deviation: the paper drops the oldest bucket until no two parts disagree, which leaves what is just too little of the
 * old to disagree yet, and reports it as another change a moment later (2.7 more times after a rise from 0.05 to 0.3).
 * Here everything before the division that disagrees the most goes at once. When a change is found, and how often there
 * seems to be one where there is none, is the same: docs/drift.md.
 */
public final class Adwin implements DriftDetector {
    /** Observations without which a part is not compared, as in the authors' implementation in MOA. */
    private static final int SMALLEST_PART = 5;

    /** Buckets of row 55 would be passed only after 2⁵⁶ observations. */
    private static final int ROWS = 56;

    private static final int HEADER = 7;

    private final double delta;
    private final int maxBuckets;
    private final int checkInterval;

    /** {@code [ROWS][maxBuckets + 1]}, row-major: errors in each bucket, the oldest of a row first. */
    private final long[] errors;

    private final int[] buckets = new int[ROWS];
    private int rows = 1;
    private long size;
    private long errorsInAll;
    private int untilCheck;

    /**
     * @param delta δ, in (0, 1): the chance that a division of a window without any change seems to disagree
     * @param maxBuckets M, buckets of one size, at least 2; more of them make finer divisions
     * @param checkInterval observations between two looks for a division that disagrees, at least 1
     */
    public Adwin(double delta, int maxBuckets, int checkInterval) {
        if (!(delta > 0 && delta < 1) || maxBuckets < 2 || checkInterval < 1) {
            throw new IllegalArgumentException(
                    "delta must be in (0, 1), max-buckets at least 2 and check-interval at least 1, were " + delta
                            + ", " + maxBuckets + " and " + checkInterval);
        }
        this.delta = delta;
        this.maxBuckets = maxBuckets;
        this.checkInterval = checkInterval;
        this.errors = new long[ROWS * (maxBuckets + 1)];
        this.untilCheck = checkInterval;
    }

    @Override
    public Change observe(boolean error) {
        append(0, error ? 1 : 0);
        size++;
        errorsInAll += error ? 1 : 0;
        for (int row = 0; buckets[row] > maxBuckets; row++) {
            mergeOldestOf(row);
        }
        if (--untilCheck > 0) {
            return Change.NONE;
        }
        untilCheck = checkInterval;
        return shrink();
    }

    private void append(int row, long errorsOfBucket) {
        errors[row * (maxBuckets + 1) + buckets[row]] = errorsOfBucket;
        buckets[row]++;
        rows = Math.max(rows, row + 1);
    }

    private void mergeOldestOf(int row) {
        int oldest = row * (maxBuckets + 1);
        append(row + 1, errors[oldest] + errors[oldest + 1]);
        removeOldestOf(row, 2);
    }

    private void removeOldestOf(int row, int count) {
        int oldest = row * (maxBuckets + 1);
        System.arraycopy(errors, oldest + count, errors, oldest, buckets[row] - count);
        buckets[row] -= count;
    }

    /** Drops what is older than the change, for as long as there is one. */
    private Change shrink() {
        Change change = Change.NONE;
        for (long outdated = outdated(); outdated > 0; outdated = outdated()) {
            long before = size;
            double errorRate = errorRate();
            while (before - size < outdated) {
                dropOldest();
            }
            if (change == Change.NONE) {
                change = errorRate() > errorRate ? Change.RISE : Change.FALL;
            }
        }
        return change;
    }

    private void dropOldest() {
        int row = rows - 1;
        errorsInAll -= errors[row * (maxBuckets + 1)];
        size -= 1L << row;
        removeOldestOf(row, 1);
        while (rows > 1 && buckets[rows - 1] == 0) {
            rows--;
        }
    }

    /** Observations of the older of the two parts that disagree the most; 0 where none do. */
    private long outdated() {
        double mean = errorRate();
        double logarithm = Math.log(2 * Math.log((double) size) / delta);
        double spread = 2 * mean * (1 - mean) * logarithm;
        double worst = 1;
        long outdated = 0;
        long older = 0;
        long olderErrors = 0;
        for (int row = rows - 1; row >= 0; row--) {
            for (int i = 0; i < buckets[row]; i++) {
                older += 1L << row;
                olderErrors += errors[row * (maxBuckets + 1) + i];
                long newer = size - older;
                if (newer < SMALLEST_PART) {
                    return outdated;
                }
                double scale = 1 / ((double) older * newer);
                double inverse = size * scale;
                // μ₁ - μ₀ over one denominator.
                double difference = ((double) errorsInAll * older - (double) olderErrors * size) * scale;
                // Most divisions are done with before the root is taken.
                if (difference * difference > inverse * spread && older >= SMALLEST_PART) {
                    double allowed = Math.sqrt(inverse * spread) + 2.0 / 3 * inverse * logarithm;
                    if (Math.abs(difference) > worst * allowed) {
                        worst = Math.abs(difference) / allowed;
                        outdated = older;
                    }
                }
            }
        }
        return outdated;
    }

    /** Over the window. */
    @Override
    public double errorRate() {
        return (double) errorsInAll / size;
    }

    /** Observations in the window: how far back everything agrees with what is new. */
    public long windowSize() {
        return size;
    }

    @Override
    public long[] state() {
        LongBuffer state = LongBuffer.allocate(
                        HEADER + rows + Arrays.stream(buckets).sum())
                .put(Double.doubleToRawLongBits(delta))
                .put(maxBuckets)
                .put(checkInterval)
                .put(size)
                .put(errorsInAll)
                .put(untilCheck)
                .put(rows);
        for (int row = 0; row < rows; row++) {
            state.put(buckets[row]).put(LongBuffer.wrap(errors, row * (maxBuckets + 1), buckets[row]));
        }
        return state.array();
    }

    @Override
    public void restore(long[] state) {
        requireFitting(state);
        LongBuffer from = LongBuffer.wrap(state, 3, state.length - 3);
        size = from.get();
        errorsInAll = from.get();
        untilCheck = (int) from.get();
        rows = (int) from.get();
        Arrays.fill(buckets, 0);
        for (int row = 0; row < rows; row++) {
            buckets[row] = (int) from.get();
            from.get(errors, row * (maxBuckets + 1), buckets[row]);
        }
    }

    private void requireFitting(long[] state) {
        boolean fits = state.length >= HEADER
                && state[0] == Double.doubleToRawLongBits(delta)
                && state[1] == maxBuckets
                && state[2] == checkInterval
                && state[6] >= 1
                && state[6] <= ROWS;
        int at = HEADER;
        for (long row = 0; fits && row < state[6]; row++) {
            fits = at < state.length && state[at] >= 0 && state[at] <= maxBuckets;
            at += fits ? 1 + (int) state[at] : 0;
        }
        if (!fits || at != state.length) {
            throw new IllegalArgumentException("not the state of ADWIN with delta " + delta + ", max-buckets "
                    + maxBuckets + " and check-interval " + checkInterval);
        }
    }
}
