package dev.freshet.server.api;

import dev.freshet.core.model.Manifest;
import dev.freshet.server.model.Lease;
import dev.freshet.server.model.NoModelException;
import dev.freshet.server.model.ServedModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * The one core behind every transport: what is live, ready and served, and answers by exactly one version each.
 *
 * <p>All methods from any thread; none blocks.
 */
public final class Inference {
    private final ServedModel served;
    private final int maxExamples;
    private final BooleanSupplier live;
    private final Executor scoring;
    private final ServerDescription server = ServerDescription.own();

    /**
     * @param maxExamples that one request may hold
     * @param live whether the process should go on, or else be restarted
     * @param scoring where requests are read and scored; stays the caller's
     */
    public Inference(ServedModel served, int maxExamples, BooleanSupplier live, Executor scoring) {
        this.served = served;
        this.maxExamples = maxExamples;
        this.live = live;
        this.scoring = scoring;
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
     * Scores a request; whoever cancels the future before it is scored saves the work.
     *
     * @return fails with a {@link RefusedException} where the request is at fault, or came to nothing
     */
    public CompletableFuture<Answer> infer(InferenceRequest request) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        try {
            requireAnswerable(request);
        } catch (RefusedException e) {
            answer.completeExceptionally(e);
            return answer;
        }
        long arrived = System.nanoTime();
        scoring.execute(() -> {
            if (answer.isDone()) {
                return;
            }
            try {
                answer.complete(score(request, arrived));
            } catch (NoModelException e) {
                answer.completeExceptionally(new RefusedException(Refusal.UNAVAILABLE, String.valueOf(e.getMessage())));
            } catch (RefusedException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private void requireAnswerable(InferenceRequest request) throws RefusedException {
        Manifest manifest = require(request.model(), request.version());
        for (RequestedOutput output : request.outputs()) {
            Output.require(output);
        }
        if (request.inputs().size() != 1) {
            throw RefusedException.invalid("the request holds "
                    + request.inputs().size() + " inputs where the model takes 1, named \"" + InputReading.NAME + "\"");
        }
        int unused =
                InputReading.examples(request.inputs().get(0), manifest.spec().input(), maxExamples);
    }

    private Answer score(InferenceRequest request, long arrived) throws RefusedException {
        try (Lease version = served.acquire()) {
            requireVersion(request.version(), version.version());
            long started = System.nanoTime();
            InputTensor input = request.inputs().get(0);
            InputReading reading = new InputReading(version.spec().input(), maxExamples);
            int size = reading.examples(input);
            float[] features = new float[size * version.spec().input().size()];
            for (int i = 0; i < size; i++) {
                reading.read(input, i, features, i);
            }
            float[] probabilities = new float[size * version.spec().classes().size()];
            version.score(features, size, probabilities);
            Timings timings = new Timings((started - arrived) / 1_000, (System.nanoTime() - started) / 1_000, size);
            return new Answer(request, version.manifest(), probabilities, timings);
        }
    }

    private Manifest require(String model, String version) throws RefusedException {
        if (!model.equals(served.name())) {
            throw new RefusedException(
                    Refusal.NOT_FOUND, "model \"" + model + "\" is not served here; " + served.name() + " is");
        }
        Manifest manifest = served.manifest()
                .orElseThrow(() -> new RefusedException(
                        Refusal.UNAVAILABLE, "no version of model " + served.name() + " has been loaded yet"));
        requireVersion(version, manifest.version());
        return manifest;
    }

    private void requireVersion(String asked, long answering) throws RefusedException {
        if (!asked.isEmpty() && !asked.equals(Long.toString(answering))) {
            throw new RefusedException(
                    Refusal.NOT_FOUND,
                    "version \"" + asked + "\" of model " + served.name() + " is not served; " + answering + " is");
        }
    }
}
