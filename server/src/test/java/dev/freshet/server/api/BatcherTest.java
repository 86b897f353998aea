package dev.freshet.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.core.metrics.Meters;
import dev.freshet.core.registry.CanarySplit;
import dev.freshet.server.PlainEngine;
import dev.freshet.server.Versions;
import dev.freshet.server.model.ServedModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nothing here runs by itself: threads are tasks that a test runs, and time is a number that it sets. */
class BatcherTest {
    private static final int MAX_SIZE = 4;
    private static final int QUEUE = 16;
    private static final Duration MAX_DELAY = Duration.ofMillis(5);

    private final PlainEngine engine = new PlainEngine();
    private final ServedModel served = new ServedModel(Versions.MODEL);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Deque<Runnable> threads = new ArrayDeque<>();
    /** What is left for the thread that asks. */
    private final Deque<Runnable> caller = new ArrayDeque<>();

    private final List<Alarm> alarms = new ArrayList<>();
    private final Inference inference = inference(2);
    private long now = 1_000;
    /** By how much every look at the clock moves it. */
    private long step;

    private record Alarm(long delayNanos, Runnable task) {}

    @AfterEach
    void everythingIsFreed() {
        inference.close();
        served.close();
        assertThat(engine.openScorers()).isZero();
    }

    @Test
    void anIdleBatcherScoresAtOnce() throws Exception {
        // Given
        load(1);

        // When
        CompletableFuture<Answer> answer = ask(0, 1);

        // Then
        assertThat(threads).hasSize(1);
        assertThat(alarms).isEmpty();
        run();
        assertThat(Answer.Parameter.BATCH_SIZE.of(answer.get())).isEqualTo(1);
    }

    @Test
    void whatTakesHardlyAnyTimeIsScoredBeforeTheThreadThatAsksGoesOn() throws Exception {
        // Given
        load(1);
        occupy(0, 1);
        step = Duration.ofNanos(10_000).toNanos();
        run();

        // When
        CompletableFuture<Answer> answer = ask(1, 1);

        // Then
        assertThat(answer).isCompleted();
        assertThat(threads).isEmpty();
        assertThat(caller).isEmpty();
        assertSame(answer, 1, 1);
    }

    @Test
    void aThreadThatWasHeldUpOnceIsNotTakenForASlowModel() {
        // Given
        load(1);
        occupy(0, 1);
        run();
        step = Duration.ofMillis(8).toNanos();
        occupy(1, 1);
        step = 0;

        // When
        CompletableFuture<Answer> answer = ask(2, 1);

        // Then
        assertThat(answer).isCompleted();
        assertThat(threads).isEmpty();
    }

    @Test
    void aPictureIsLeftToAThreadWithAllThatWaits() {
        // Given
        load(1);
        occupy(0, 1);
        run();

        // When
        CompletableFuture<Answer> picture = inference.infer(
                request(InputTensor.ofPicture(ByteBuffer.wrap(new byte[] {1, 2, 3, 4})), Long.MAX_VALUE), caller::add);
        CompletableFuture<Answer> other = ask(1, 1);

        // Then
        assertThat(threads).hasSize(1);
        assertThat(caller).isEmpty();
        assertThat(other).isNotDone();
        run();
        assertThat(picture).isCompletedExceptionally();
        assertThat(other).isCompleted();
        assertThat(ask(2, 1)).isCompleted();
    }

    @Test
    void whatIsAskedWhileAllThreadsScoreWaitsForThem() {
        // Given
        load(1);
        try (Inference alone = inference(1)) {
            CompletableFuture<Answer> quick = alone.infer(request(pixels(0, 1), Long.MAX_VALUE), caller::add);
            run();
            CompletableFuture<Answer> large = alone.infer(request(pixels(1, 8), Long.MAX_VALUE), caller::add);

            // When
            CompletableFuture<Answer> waiting = alone.infer(request(pixels(0, 1), Long.MAX_VALUE), caller::add);

            // Then
            assertThat(quick).isCompleted();
            assertThat(large).isNotDone();
            assertThat(waiting).isNotDone();
            run();
            assertThat(large).isCompleted();
            assertThat(waiting).isCompleted();
        }
    }

    @Test
    void aQuickBatchIsScoredByTheThreadThatAsksWithAllThatItBrings() throws Exception {
        // Given
        load(1);
        occupy(0, 1);
        step = Duration.ofNanos(50_000).toNanos();
        run();

        // When
        CompletableFuture<Answer> first = ask(1, 1);
        CompletableFuture<Answer> second = ask(2, 1);

        // Then
        assertThat(threads).isEmpty();
        assertThat(caller).hasSize(1);
        caller.remove().run();
        assertThat(Answer.Parameter.BATCH_SIZE.of(first.get())).isEqualTo(2);
        assertThat(second).isCompleted();
        assertThat(threads).isEmpty();
    }

    @Test
    void theThreadThatAsksLeavesASecondBatchToOthers() {
        // Given
        load(1);
        try (Inference alone = inference(1)) {
            CompletableFuture<Answer> quick = alone.infer(request(pixels(0, 1), Long.MAX_VALUE), caller::add);
            step = Duration.ofNanos(40_000).toNanos();
            run();
            CompletableFuture<Answer> first = alone.infer(request(pixels(1, 4), Long.MAX_VALUE), caller::add);
            CompletableFuture<Answer> second = alone.infer(request(pixels(5, 1), Long.MAX_VALUE), caller::add);

            // When
            caller.remove().run();

            // Then
            assertThat(quick).isCompleted();
            assertThat(first).isCompleted();
            assertThat(second).isNotDone();
            assertThat(threads).hasSize(1);
            run();
            assertThat(second).isCompleted();
        }
    }

    @Test
    void requestsOfOneVersionShareABatchAndThoseOfAnotherMakeTheNext() throws Exception {
        // Given
        load(1);
        Versions.load(served, engine, Versions.version(2));
        served.assign(1L, Map.of("stable", 1L, "shadow", 2L), CanarySplit.NONE);
        List<CompletableFuture<Answer>> answers = new ArrayList<>();

        // When
        for (String version : List.of("", "2", "", "2", "shadow", "")) {
            answers.add(inference.infer(asking(version, pixels(answers.size(), 1)), caller::add));
        }
        run();

        // Then: the label is a batch of its own, since it may move before it is scored
        assertThat(answers)
                .extracting(answer -> answer.get().version() + " of " + Answer.Parameter.BATCH_SIZE.of(answer.get()))
                .containsExactly("1 of 3", "2 of 2", "1 of 3", "2 of 2", "2 of 1", "1 of 3");
        for (int i = 0; i < answers.size(); i++) {
            CompletableFuture<Answer> alone =
                    inference.infer(asking(Long.toString(answers.get(i).get().version()), pixels(i, 1)), caller::add);
            run();
            assertThat(answers.get(i).get().probabilities())
                    .containsExactly(alone.get().probabilities());
        }
        assertThat(Meters.SERVER_SCORED.counter(registry, "role", "main").count())
                .isEqualTo(3);
    }

    @Test
    void whatWaitsForALabelIsScoredByTheVersionThatHasItThen() throws Exception {
        // Given
        load(1);
        Versions.load(served, engine, Versions.version(2));
        served.assign(1L, Map.of("stable", 1L, "shadow", 2L), CanarySplit.NONE);
        CompletableFuture<Answer> moved = inference.infer(asking("stable", pixels(0, 1)), caller::add);
        CompletableFuture<Answer> gone = inference.infer(asking("shadow", pixels(0, 1)), caller::add);

        // When
        served.assign(1L, Map.of("stable", 2L), CanarySplit.NONE);
        run();

        // Then
        assertThat(moved.get().version()).isEqualTo(2);
        assertRefused(gone, Refusal.NOT_FOUND, "version \"shadow\" of model default is not served; 1, 2, stable are");
    }

    @Test
    void theCanaryAnswersItsShareByTheIdAndMainTheRest() throws Exception {
        // Given
        load(1);
        Versions.load(served, engine, Versions.version(2));
        CanarySplit split = CanarySplit.ofWeight(30);
        served.assign(1L, Map.of("canary", 2L), split);
        List<CompletableFuture<Answer>> answers = new ArrayList<>();

        // When
        for (int i = 0; i < 50; i++) {
            answers.add(inference.infer(
                    new InferenceRequest(
                            "default", "", "r" + i, List.of(pixels(i, 1)), List.of(), false, Long.MAX_VALUE),
                    caller::add));
            run();
        }

        // Then
        int canaries = 0;
        for (int i = 0; i < 50; i++) {
            assertThat(answers.get(i).get().version()).isEqualTo(split.takes("r" + i) ? 2 : 1);
            canaries += split.takes("r" + i) ? 1 : 0;
        }
        assertThat(canaries).isBetween(1, 49);
        assertThat(Meters.SERVER_SCORED.counter(registry, "role", "canary").count())
                .isEqualTo(canaries);
        assertThat(Meters.SERVER_SCORED.counter(registry, "role", "main").count())
                .isEqualTo(50 - canaries);
    }

    @Test
    void aBatchThatTakesItsTimeIsNotScoredByTheThreadThatAsks() {
        // Given
        load(1);
        occupy(0, 1);
        step = Duration.ofMillis(1).toNanos();
        run();

        // When
        occupy(1, 1);

        // Then
        assertThat(caller).isEmpty();
        assertThat(threads).hasSize(1);
    }

    @Test
    void whatArrivesBeforeAThreadIsThereSharesABatchAndEverybodyGetsTheirOwn() throws Exception {
        // Given
        load(1);

        // When
        CompletableFuture<Answer> first = ask(0, 1);
        CompletableFuture<Answer> second = ask(1, 2);
        CompletableFuture<Answer> third = ask(3, 1);
        run();

        // Then
        assertThat(Answer.Parameter.BATCH_SIZE.of(first.get())).isEqualTo(4);
        assertThat(Answer.Parameter.BATCH_SIZE.of(second.get())).isEqualTo(4);
        assertSame(first, 0, 1);
        assertSame(second, 1, 2);
        assertSame(third, 3, 1);
    }

    @Test
    void whileAThreadScoresOthersWaitForCompanyUntilTheDelayIsOver() {
        // Given
        load(1);
        occupy(0, 1);

        // When
        CompletableFuture<Answer> waiting = ask(1, 1);

        // Then
        assertThat(threads).hasSize(1);
        assertThat(alarms).singleElement().satisfies(alarm -> assertThat(alarm.delayNanos())
                .isEqualTo(MAX_DELAY.toNanos()));
        now += MAX_DELAY.toNanos();
        alarms.get(0).task().run();
        assertThat(threads).hasSize(2);
        run();
        assertThat(waiting).isCompleted();
    }

    @Test
    void aFullBatchDoesNotWait() {
        // Given
        load(1);
        occupy(0, 1);

        // When
        occupy(1, 2);
        assertThat(threads).hasSize(1);
        occupy(3, 1);

        // Then
        assertThat(threads).hasSize(2);
    }

    @Test
    void moreThanMayWaitIsRefusedAtOnceAndCounted() {
        // Given
        load(1);
        occupy(0, 12);
        occupy(12, 4);

        // When
        CompletableFuture<Answer> refused = ask(16, 1);

        // Then
        assertRefused(refused, Refusal.OVERLOADED, "the server is overloaded: 16 examples wait already");
        assertThat(shed("overloaded")).isEqualTo(1);
        assertThat(Meters.SERVER_QUEUE_EXAMPLES.gauge(registry, () -> -1).value())
                .isEqualTo(16);
        step = Duration.ofMillis(1).toNanos();
        run();
        assertThat(ask(16, 1)).isNotCompletedExceptionally();
        assertThat(Meters.SERVER_QUEUE_EXAMPLES.gauge(registry, () -> -1).value())
                .isEqualTo(1);
    }

    @Test
    void aRequestWhoseTimeIsUpIsNotScored() throws Exception {
        // Given
        load(1);
        CompletableFuture<Answer> late = inference.infer(request(pixels(0, 1), now + 10), caller::add);
        CompletableFuture<Answer> inTime = inference.infer(request(pixels(1, 1), now + 11), caller::add);

        // When
        now += 10;
        run();

        // Then
        assertRefused(late, Refusal.DEADLINE_EXCEEDED, "the request's time was up before it could be scored");
        assertThat(Answer.Parameter.BATCH_SIZE.of(inTime.get())).isEqualTo(1);
        assertThat(shed("deadline-exceeded")).isEqualTo(1);
    }

    @Test
    void aCancelledRequestIsNotScored() throws Exception {
        // Given
        load(1);
        CompletableFuture<Answer> cancelled = ask(0, 2);
        CompletableFuture<Answer> wanted = ask(2, 1);

        // When
        cancelled.cancel(false);
        run();

        // Then
        assertThat(Answer.Parameter.BATCH_SIZE.of(wanted.get())).isEqualTo(1);
        assertThat(shed("cancelled")).isEqualTo(1);
    }

    @Test
    void aLargeRequestTakesTurnsWithSmallOnes() throws Exception {
        // Given
        load(1);
        List<String> order = new ArrayList<>();
        noting(ask(0, 12), "large", order);

        // When
        noting(ask(12, 1), "first", order);
        noting(ask(13, 2), "second", order);
        run();

        // Then
        assertThat(order).containsExactly("first", "second", "large");
    }

    @Test
    void smallRequestsDoNotStarveALargeOne() {
        // Given
        load(1);
        List<String> order = new ArrayList<>();
        noting(ask(0, 5), "large", order);
        noting(ask(5, 3), "first", order);
        noting(ask(8, 3), "second", order);

        // When
        noting(ask(11, 3), "third", order);
        run();

        // Then
        assertThat(order).containsExactly("first", "second", "large", "third");
    }

    @Test
    void aLargeRequestIsScoredByOneVersionThoughItIsSwappedMeanwhile() throws Exception {
        // Given
        load(1);
        CompletableFuture<Answer> large = ask(0, 8);
        occupy(8, 4);
        // After the first part of the large one.
        var unused = ask(12, 1).thenRun(() -> load(2));

        // When
        run();

        // Then
        assertThat(large.get().version()).isEqualTo(1);
        assertThat(served.version()).isEqualTo(2);
    }

    @Test
    void aLargeRequestThatIsCancelledBetweenTwoPartsLetsGoOfItsVersion() {
        // Given
        load(1);
        CompletableFuture<Answer> large = ask(0, 8);
        occupy(8, 4);
        // After the first part of the large one.
        var unused = ask(12, 1).thenRun(() -> large.cancel(false));

        // When
        run();
        load(2);

        // Then
        assertThat(engine.openScorers()).isEqualTo(1);
    }

    @Test
    void aRequestThatCannotBeReadFailsAlone() throws Exception {
        // Given
        load(1);
        CompletableFuture<Answer> before = ask(0, 1);
        FloatBuffer values = FloatBuffer.allocate(784).put(3, Float.POSITIVE_INFINITY);
        InputTensor wrong = new InputTensor("input", Datatype.FP32, List.of(1L, 784L), new TensorData.Floats(values));
        CompletableFuture<Answer> refused = inference.infer(request(wrong, Long.MAX_VALUE), caller::add);
        CompletableFuture<Answer> after = ask(1, 1);

        // When
        run();

        // Then
        assertRefused(refused, Refusal.INVALID_ARGUMENT, "value 3 of example 0 is Infinity");
        assertSame(before, 0, 1);
        assertSame(after, 1, 1);
    }

    @Test
    void whatNamesAVersionIsRefusedWhereThatWasSwappedWhileItWaited() throws Exception {
        // Given
        load(1);
        InferenceRequest named =
                new InferenceRequest("default", "1", "", List.of(pixels(0, 1)), List.of(), false, Long.MAX_VALUE);
        CompletableFuture<Answer> old = inference.infer(named, caller::add);
        CompletableFuture<Answer> newest = ask(1, 1);

        // When
        load(2);
        run();

        // Then
        assertRefused(old, Refusal.NOT_FOUND, "version \"1\" of model default is not served; 2 is");
        assertThat(newest.get().version()).isEqualTo(2);
    }

    @Test
    void closingRefusesWhatWaitsAndWhatComes() {
        // Given
        load(1);
        CompletableFuture<Answer> waiting = ask(0, 1);
        CompletableFuture<Answer> large = ask(1, 8);

        // When
        inference.close();

        // Then
        assertRefused(waiting, Refusal.UNAVAILABLE, "the server is closing");
        assertRefused(large, Refusal.UNAVAILABLE, "the server is closing");
        assertRefused(ask(2, 1), Refusal.UNAVAILABLE, "the server is closing");
        run();
    }

    @Test
    void meetsNoMoreThreadsThanItMayUse() {
        // Given
        load(1);

        // When
        occupy(0, 4);
        occupy(4, 4);
        occupy(8, 4);

        // Then
        assertThat(threads).hasSize(2);
        run();
        assertThat(Meters.SERVER_BATCH_EXAMPLES.summary(registry).count()).isEqualTo(3);
    }

    private Inference inference(int count) {
        return new Inference(
                served,
                QUEUE,
                new Batching(MAX_SIZE, MAX_DELAY, QUEUE),
                threads::add,
                count,
                (delay, unit, task) -> alarms.add(new Alarm(TimeUnit.NANOSECONDS.convert(delay, unit), task)),
                () -> now += step,
                () -> true,
                registry);
    }

    private void run() {
        while (!threads.isEmpty() || !caller.isEmpty()) {
            (caller.isEmpty() ? threads : caller).remove().run();
        }
    }

    private void load(long version) {
        Versions.serve(served, engine, Versions.version(version));
    }

    /** About images of their own. */
    private CompletableFuture<Answer> ask(int firstImage, int images) {
        return inference.infer(request(pixels(firstImage, images), Long.MAX_VALUE), caller::add);
    }

    /** Takes a place, for an answer that does not matter. */
    private void occupy(int firstImage, int images) {
        CompletableFuture<Answer> unused = ask(firstImage, images);
    }

    private static InferenceRequest request(InputTensor input, long deadlineNanos) {
        return new InferenceRequest("default", "", "", List.of(input), List.of(), false, deadlineNanos);
    }

    private static InferenceRequest asking(String version, InputTensor input) {
        return new InferenceRequest("default", version, "", List.of(input), List.of(), false, Long.MAX_VALUE);
    }

    private static InputTensor pixels(int firstImage, int images) {
        ByteBuffer bytes = ByteBuffer.allocate(images * 784);
        for (int i = 0; i < images; i++) {
            bytes.put(Versions.image(firstImage + i));
        }
        return new InputTensor(
                "input", Datatype.UINT8, List.of((long) images, 784L), new TensorData.Bytes(bytes.flip()));
    }

    /** That an answer is about these images, which are asked about once more, alone. */
    private void assertSame(CompletableFuture<Answer> answer, int firstImage, int images) throws Exception {
        CompletableFuture<Answer> alone = ask(firstImage, images);
        run();
        assertThat(answer.get().probabilities()).containsExactly(alone.get().probabilities());
    }

    private static void noting(CompletableFuture<Answer> answer, String name, List<String> order) {
        var unused = answer.thenRun(() -> order.add(name));
    }

    private double shed(String reason) {
        return Meters.SERVER_REQUESTS_SHED.counter(registry, "reason", reason).count();
    }

    private static void assertRefused(CompletableFuture<Answer> answer, Refusal reason, String part) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(answer::get)
                .havingCause()
                .isInstanceOf(RefusedException.class)
                .withMessageContaining(part)
                .satisfies(refused ->
                        assertThat(((RefusedException) refused).reason()).isEqualTo(reason));
    }
}
