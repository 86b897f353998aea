package dev.freshet.core.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.core.evaluation.Evaluation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one published version besides its weights; the record that makes the version visible.
 *
 * @param model the model's name
 * @param version from 1, one more than the parent's
 * @param parentVersion the version this one was trained from; 0 for none
 * @param spec the network
 * @param learnedFrom where in {@code images} the parent had learned up to
 * @param learnedTo where this version has learned up to: whoever resumes from it reads on from here
 * @param examples trained examples in this version's whole lineage
 * @param steps optimizer steps in this version's whole lineage
 * @param epoch passes over all records up to {@code learnedTo} that are complete; null where they are a stream
 * @param candidate how this version did on the hold-out window when it was published
 * @param champion how its predecessor did on the same window; null for the first version
 * @param engine what trained it, such as {@code dl4j}
 * @param device what that computed on, {@code cpu} or {@code gpu}; null in versions from before this was noted
 * @param createdAt when it was published
 * @param taken in which order records were taken since the parent; null in epochs, and in versions from before this was noted
 * @param bytes size of the safetensors file
 * @param sha256 of the whole file, hexadecimal
 * @param chunks SHA-256 of each chunk in order
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Manifest(
        String model,
        long version,
        long parentVersion,
        ModelSpec spec,
        Offsets learnedFrom,
        Offsets learnedTo,
        long examples,
        long steps,
        @Nullable Integer epoch,
        Evaluation candidate,
        @Nullable Evaluation champion,
        String engine,
        @Nullable String device,
        Instant createdAt,
        @Nullable TakingOrder taken,
        long bytes,
        String sha256,
        List<String> chunks) {
    public Manifest {
        // Jackson passes null for what the JSON does not say.
        requireNonNull(model, "model");
        requireNonNull(spec, "spec");
        requireNonNull(learnedFrom, "learnedFrom");
        requireNonNull(learnedTo, "learnedTo");
        requireNonNull(candidate, "candidate");
        requireNonNull(engine, "engine");
        requireNonNull(createdAt, "createdAt");
        requireNonNull(sha256, "sha256");
        ModelName.require(model);
        if (version < 1 || parentVersion < 0 || parentVersion >= version) {
            throw new IllegalArgumentException("version " + version + " with parent " + parentVersion);
        }
        if (examples < 0 || steps < 0 || bytes < 0) {
            throw new IllegalArgumentException(
                    "examples, steps and bytes must not be negative, were " + examples + ", " + steps + ", " + bytes);
        }
        chunks = List.copyOf(chunks);
    }

    /** The same with an equal spec, so that many versions can share one. */
    public Manifest withSpec(ModelSpec equal) {
        return new Manifest(
                model,
                version,
                parentVersion,
                equal,
                learnedFrom,
                learnedTo,
                examples,
                steps,
                epoch,
                candidate,
                champion,
                engine,
                device,
                createdAt,
                taken,
                bytes,
                sha256,
                chunks);
    }
}
