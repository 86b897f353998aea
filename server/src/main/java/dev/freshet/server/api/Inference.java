package dev.freshet.server.api;

import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Manifest;
import dev.freshet.server.model.Lease;
import dev.freshet.server.model.NoModelException;
import dev.freshet.server.model.NotLoadedException;
import dev.freshet.server.model.Route;
import dev.freshet.server.model.ServedModel;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
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

    /** @param version number or label; empty for whichever is served */
    public boolean isReady(String model, String version) {
        return isReady() && isServed(model, version);
    }

    /** Whether there is such a model and version, ready or not. */
    public boolean isServed(String model, String version) {
        return model.equals(served.name())
                && (version.isEmpty()
                        || served.manifest(served.route(version, "")).isPresent());
    }

    /** The model's name. */
    public String model() {
        return served.name();
    }

    public ServerDescription describeServer() {
        return server;
    }

    /**
     * Describes a version, and names all that are loaded.
     *
     * @param version number or label; empty for whichever is served
     * @throws RefusedException if the model or version is not served
     */
    public ModelDescription describe(String model, String version) throws RefusedException {
        Manifest manifest = require(model, served.route(version, ""));
        return new ModelDescription(
                served.name(),
                served.versions().stream().map(String::valueOf).toList(),
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
            Route route = served.route(request.version(), request.id());
            Job job = new Job(request, route, examples(request, route), clock.getAsLong());
            batcher.submit(job, here);
            return job.answer();
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Refuses what can be seen to be wrong before it takes a place in the queue. */
    private int examples(InferenceRequest request, Route route) throws RefusedException {
        Manifest manifest = require(request.model(), route);
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

    private Manifest require(String model, Route route) throws RefusedException {
        if (!model.equals(served.name())) {
            throw new RefusedException(
                    Refusal.NOT_FOUND, "model \"" + model + "\" is not served here; " + served.name() + " is");
        }
        Optional<Manifest> manifest = served.manifest(route);
        if (manifest.isPresent()) {
            return manifest.get();
        }
        try (Lease version = served.acquire(route)) {
            // It has been loaded since.
            return version.manifest();
        } catch (NotLoadedException | NoModelException e) {
            throw refusal(e);
        }
    }

    /** Of what a request goes to. */
    static RefusedException refusal(RuntimeException missing) {
        Refusal reason = missing instanceof NotLoadedException ? Refusal.NOT_FOUND : Refusal.UNAVAILABLE;
        return new RefusedException(reason, String.valueOf(missing.getMessage()));
    }
}
