package dev.freshet.engine;

import static org.junit.jupiter.api.Named.named;

import dev.freshet.core.config.Config;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.Output;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.model.SnapshotCodec.Draft;
import dev.freshet.engine.cpu.CpuEngine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;

/** Versions of every kind that a file for another runtime has to get right, and what they say of 256 images. */
public final class ExportedVersions {
    public static final int IMAGES = 256;

    private static final InputSpec COLOUR =
            new InputSpec(List.of(3, 6, 5), List.of(0.49, 0.48, 0.45), List.of(0.25, 0.24, 0.26));

    private ExportedVersions() {}

    /** Every activation, with and without batch normalisation, with every output; α as usual and another one. */
    public static Stream<Named<ModelSpec>> ofEveryKind() {
        List<Named<ModelSpec>> specs = new ArrayList<>();
        for (Activation activation : Activation.values()) {
            for (double alpha : activation.hasAlpha() ? new double[] {activation.defaultAlpha(), 0.3} : new double[1]) {
                for (BatchNorm norm : new @Nullable BatchNorm[] {null, new BatchNorm(0.2, 1e-3)}) {
                    for (Output output : Output.values()) {
                        LayerSpec wide = new LayerSpec(24, activation, alpha, 0.25, norm);
                        LayerSpec narrow = new LayerSpec(12, activation, alpha, 0, norm);
                        specs.add(named(
                                nameOf(wide, output),
                                new ModelSpec(
                                        COLOUR,
                                        List.of(wide, narrow),
                                        ModelSpec.numbered(output == Output.SIGMOID ? 2 : 7),
                                        output)));
                    }
                }
            }
        }
        return specs.stream();
    }

    private static String nameOf(LayerSpec layer, Output output) {
        return Config.nameOf(layer.activation())
                + (layer.alpha() == 0 ? "" : " " + layer.alpha())
                + (layer.batchNorm() == null ? "" : ", batch norm")
                + ", " + Config.nameOf(output);
    }

    /** Version 9 of the model {@code m}, with weights that bend every activation. */
    public static Snapshot version(ModelSpec spec) {
        Draft draft = new Draft(
                "m",
                9,
                8,
                spec,
                Offsets.none("images"),
                Offsets.none("images"),
                1000,
                10,
                null,
                new Evaluation(0.25, 0.9375, 512),
                null,
                "cpu",
                "cpu",
                Instant.parse("2026-11-20T10:00:00Z"),
                null);
        return SnapshotCodec.encode(draft, TextbookNet.weights(spec, 1)).snapshot();
    }

    /** {@code [256][inputs]}, as FP32 clients send them: bytes divided by 255, not normalised. */
    public static float[] images(InputSpec input) {
        Random random = new Random(5);
        float[] images = new float[IMAGES * input.size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = random.nextInt(256) / 255f;
        }
        return images;
    }

    /** {@code [256][inputs]}, normalised as the server does it. */
    public static float[] normalised(InputSpec input, float[] images) {
        float[] features = new float[images.length];
        float[] example = new float[input.size()];
        for (int begin = 0; begin < images.length; begin += example.length) {
            System.arraycopy(images, begin, example, 0, example.length);
            input.normalise(example);
            System.arraycopy(example, 0, features, begin, example.length);
        }
        return features;
    }

    /** {@code [256][classes]}: what the textbook makes of {@link #images}. */
    public static float[] textbookAnswers(Snapshot version) {
        InputSpec input = version.spec().input();
        int classes = version.spec().classes().size();
        TextbookNet net = new TextbookNet(version.spec(), version.weights());
        float[] features = normalised(input, images(input));
        float[] answers = new float[IMAGES * classes];
        for (int image = 0; image < IMAGES; image++) {
            float[] example = new float[input.size()];
            System.arraycopy(features, image * example.length, example, 0, example.length);
            double[] probabilities = net.probabilities(example);
            for (int i = 0; i < classes; i++) {
                answers[image * classes + i] = (float) probabilities[i];
            }
        }
        return answers;
    }

    /** {@code [256][classes]}: what the engine cpu makes of {@link #images}. */
    public static float[] cpuAnswers(Snapshot version) {
        InputSpec input = version.spec().input();
        float[] answers = new float[IMAGES * version.spec().classes().size()];
        try (Scorer scorer = new CpuEngine().scorer(version.spec(), version.weights())) {
            scorer.score(normalised(input, images(input)), IMAGES, answers);
        }
        return answers;
    }
}
