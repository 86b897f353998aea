package dev.freshet.server.grpc;

import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.protocol.inference.ModelMetadataResponse;
import dev.freshet.protocol.inference.ModelMetadataResponse.TensorMetadata;
import dev.freshet.server.model.Lease;
import dev.freshet.server.model.NoModelException;
import dev.freshet.server.model.PathMeters;
import dev.freshet.server.model.ServedModel;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;

/**
 * What the protocol asks of a model, without the transport: a request is read, scored and answered by one version.
 *
 * <p>All methods from any thread that may take the time of scoring.
 */
final class Inference {
    private final ServedModel served;
    private final int maxBatchSize;
    private final PathMeters meters;

    Inference(ServedModel served, int maxBatchSize, PathMeters meters) {
        this.served = served;
        this.maxBatchSize = maxBatchSize;
        this.meters = meters;
    }

    /** @throws RefusedException with the status that the protocol names for it */
    ModelInferResponse infer(ModelInferRequest request) throws RefusedException {
        requireModel(request.getModelName());
        List<String> outputs = OutputWriting.requested(request);
        try (Lease version = served.acquire()) {
            requireVersion(request.getModelVersion(), version.version());
            InputTensor input = new InputReading(version.spec().input(), maxBatchSize).read(request);
            return OutputWriting.answer(request, outputs, score(version, input));
        } catch (NoModelException e) {
            throw new RefusedException(Status.Code.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    /**
     * As {@link #infer} answers a request of one element of datatype BYTES.
     *
     * @param file a PNG or JPEG file of the model's size
     * @throws RefusedException with the status that the protocol names for it
     */
    ScoredBatch inferPicture(byte[] file) throws RefusedException {
        try (Lease version = served.acquire()) {
            return score(version, new InputReading(version.spec().input(), maxBatchSize).picture(file));
        } catch (NoModelException e) {
            throw new RefusedException(Status.Code.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private ScoredBatch score(Lease version, InputTensor input) {
        float[] probabilities =
                new float[input.size() * version.spec().classes().size()];
        long started = System.nanoTime();
        version.score(input.features(), input.size(), probabilities);
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        meters.scoring().record(took);
        meters.predictions().increment(input.size());
        return new ScoredBatch(version.manifest(), input.size(), probabilities, took.toNanos() / 1_000);
    }

    boolean isReady() {
        return served.isLoaded();
    }

    /** @param version empty for whichever is served */
    boolean isReady(String model, String version) {
        return model.equals(served.name())
                && served.isLoaded()
                && (version.isEmpty() || version.equals(Long.toString(served.version())));
    }

    /** @throws RefusedException if the model or version is not served */
    ModelMetadataResponse metadata(String model, String version) throws RefusedException {
        requireModel(model);
        Manifest manifest = served.manifest()
                .orElseThrow(() -> new RefusedException(
                        Status.Code.UNAVAILABLE, "no version of model " + served.name() + " has been loaded yet"));
        requireVersion(version, manifest.version());
        ModelSpec spec = manifest.spec();
        ModelMetadataResponse.Builder answer = ModelMetadataResponse.newBuilder()
                .setName(served.name())
                .addVersions(Long.toString(manifest.version()))
                .setPlatform("freshet_safetensors");
        TensorMetadata.Builder input = TensorMetadata.newBuilder()
                .setName(InputReading.NAME)
                .setDatatype("FP32")
                .addShape(-1);
        spec.input().shape().forEach(input::addShape);
        answer.addInputs(input);
        for (String name : OutputWriting.ALL) {
            TensorMetadata.Builder output = TensorMetadata.newBuilder()
                    .setName(name)
                    .setDatatype(OutputWriting.datatype(name))
                    .addShape(-1);
            if (name.equals(OutputWriting.PROBABILITIES)) {
                output.addShape(spec.classes().size());
            }
            answer.addOutputs(output);
        }
        return answer.build();
    }

    private void requireModel(String name) throws RefusedException {
        if (!name.equals(served.name())) {
            throw new RefusedException(
                    Status.Code.NOT_FOUND, "model \"" + name + "\" is not served here; " + served.name() + " is");
        }
    }

    private void requireVersion(String asked, long answering) throws RefusedException {
        if (!asked.isEmpty() && !asked.equals(Long.toString(answering))) {
            throw new RefusedException(
                    Status.Code.NOT_FOUND,
                    "version \"" + asked + "\" of model " + served.name() + " is not served; " + answering + " is");
        }
    }
}
