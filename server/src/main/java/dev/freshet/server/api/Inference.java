package dev.freshet.server.api;

import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Manifest;
import dev.freshet.server.model.ServedModel;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The one core behind every transport: what is live, ready and served, and answers by exactly one version each.
 *
 * <p>All methods from any thread; none blocks.
 */
public final class Inference implements AutoCloseable {
    private final ServedModel served;
    private final int maxExamples;
    private final BooleanSupplier live;
    private final LongSupplier clock;
    private final Batcher batcher;
    private final Gauge queueGauge;
    private final MeterRegistry registry;
    private final ServerDescription server = ServerDescription.own();

    /**
     * @param maxExamples that one request may hold
     * @param executor where batches are read and scored; stays the caller's
     * @param threads of it that score at the same time
     * @param live whether the process should go on, or else be restarted
     */
    public Inference(
            ServedModel served,
            int maxExamples,
            Batching batching,
            Executor executor,
            int threads,
            BooleanSupplier live,
            MeterRegistry registry) {
        this(served, maxExamples, batching, executor, threads, Inference::later, System::nanoTime, live, registry);
    }

    /** With a clock and an alarm for tests. */
    Inference(
            ServedModel served,
            int maxExamples,
            Batching batching,
            Executor executor,
            int threads,
            Batcher.Alarm alarm,
            LongSupplier clock,
            BooleanSupplier live,
            MeterRegistry registry) {
        this.served = served;
        this.maxExamples = maxExamples;
        this.live = live;
        this.clock = clock;
        this.registry = registry;
        BatchMeters meters = new BatchMeters(registry);
        BatchScoring scoring = new BatchScoring(served, batching.maxSize(), maxExamples, meters, clock);
        this.batcher = new Batcher(batching, scoring, meters, executor, threads, alarm, clock);
        this.queueGauge = Meters.SERVER_QUEUE_EXAMPLES.gauge(registry, batcher::waiting);
    }

    /** On a thread that all of a JVM share, where only a moment may be spent. */
    private static void later(long delay, TimeUnit unit, Runnable task) {
        CompletableFuture.delayedExecutor(delay, unit, Runnable::run).execute(task);
    }

    public boolean isLive() {
        return live.getAsBoolean();
    }

    public boolean isReady() {
        return isLive() && served.isLoaded();
    }

    /** @param version empty for whichever is served */
    public boolean isReady(String model, String version) {
        return isReady() && isServed(model, version);
    }

    /** Whether there is such a model and version, ready or not. */
    public boolean isServed(String model, String version) {
        return model.equals(served.name()) && (version.isEmpty() || version.equals(Long.toString(served.version())));
    }

    /** The model's name. */
    public String model() {
        return served.name();
    }

    public ServerDescription describeServer() {
        return server;
    }

    /**
     * Describes a version.
     *
     * @param version empty for whichever is served
     * @throws RefusedException if the model or version is not served
     */
    public ModelDescription describe(String model, String version) throws RefusedException {
        Manifest manifest = require(model, version);
        return new ModelDescription(
                served.name(),
                List.of(Long.toString(manifest.version())),
                "freshet_safetensors",
                List.of(InputReading.description(manifest.spec().input())),
                Output.ALL.stream()
                        .map(output -> output.description(manifest.spec()))
                        .toList());
    }

    /**
     * Scores a request, in a batch with others; whoever completes the future before it is scored saves the work.
     *
     * @param here the caller's event loop, where an idle server scores what is scored in no time
     * @return fails with a {@link RefusedException} where the request is at fault, or came to nothing
     */
    public CompletableFuture<Answer> infer(InferenceRequest request, Executor here) {
        try {
            Job job = new Job(request, examples(request), clock.getAsLong());
            batcher.submit(job, here);
            return job.answer();
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Refuses what can be seen to be wrong before it takes a place in the queue. */
    private int examples(InferenceRequest request) throws RefusedException {
        Manifest manifest = require(request.model(), request.version());
        for (RequestedOutput output : request.outputs()) {
            Output.require(output);
        }
        if (request.inputs().size() != 1) {
            throw RefusedException.invalid("the request holds "
                    + request.inputs().size() + " inputs where the model takes 1, named \"" + InputReading.NAME + "\"");
        }
        return InputReading.examples(request.inputs().get(0), manifest.spec().input(), maxExamples);
    }

    /** Refuses what waits and whatever comes; what is being scored is answered. */
    @Override
    public void close() {
        batcher.close();
        // Another server may be started on the same registry.
        registry.remove(queueGauge);
    }

    private Manifest require(String model, String version) throws RefusedException {
        if (!model.equals(served.name())) {
            throw new RefusedException(
                    Refusal.NOT_FOUND, "model \"" + model + "\" is not served here; " + served.name() + " is");
        }
        Manifest manifest = served.manifest()
                .orElseThrow(() -> new RefusedException(
                        Refusal.UNAVAILABLE, "no version of model " + served.name() + " has been loaded yet"));
        requireVersion(version, manifest.version(), served.name());
        return manifest;
    }

    static void requireVersion(String asked, long answering, String model) throws RefusedException {
        if (!asked.isEmpty() && !asked.equals(Long.toString(answering))) {
            throw new RefusedException(
                    Refusal.NOT_FOUND,
                    "version \"" + asked + "\" of model " + model + " is not served; " + answering + " is");
        }
    }
}
