package dev.freshet.launcher;

import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Output;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import dev.freshet.engine.EngineProvider;
import dev.freshet.engine.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.List;

/** The files that a version can be exported as. */
enum ExportFormat {
    /** As it was published. */
    SAFETENSORS("safetensors"),
    ONNX("onnx"),
    DL4J("zip");

    private final String extension;

    ExportFormat(String extension) {
        this.extension = extension;
    }

    /** How file names end. */
    String extension() {
        return extension;
    }

    /**
     * The file's bytes.
     *
     * @throws IllegalArgumentException if the format cannot hold the net, or its library is missing
     */
    byte[] encode(Assembled.Complete version) {
        return switch (this) {
            case SAFETENSORS -> version.file();
            case ONNX -> OnnxModel.encode(version.snapshot());
            case DL4J -> dl4j().encode(version.snapshot());
        };
    }

    private static EngineProvider dl4j() {
        return Dl4jFolder.load()
                .orElseThrow(() -> new IllegalArgumentException("--format dl4j: " + Dl4jFolder.whyMissing()));
    }

    /** What whoever uses the file must know, a sentence a line. */
    List<String> advice(ModelSpec spec) {
        List<String> sentences = new ArrayList<>();
        boolean normalises =
                !spec.input().mean().isEmpty() || !spec.input().std().isEmpty();
        if (this == ONNX) {
            sentences.add("It takes what FP32 clients send to the server"
                    + (normalises ? " and normalises by itself." : "."));
        } else if (normalises) {
            sentences.add("It does not normalise: whoever asks it first " + normalisation(spec.input()) + ".");
        }
        if (this == DL4J && spec.output() == Output.SIGMOID) {
            sentences.add("Its one output is the probability of class \""
                    + spec.classes().get(1) + "\".");
        }
        return sentences;
    }

    private static String normalisation(InputSpec input) {
        List<String> steps = new ArrayList<>();
        if (!input.mean().isEmpty()) {
            steps.add("subtracts " + input.mean());
        }
        if (!input.std().isEmpty()) {
            steps.add("divides by " + input.std());
        }
        return String.join(" and ", steps) + (input.channels() == 1 ? "" : ", by channel");
    }
}
