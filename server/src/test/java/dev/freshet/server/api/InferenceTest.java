package dev.freshet.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.server.PlainEngine;
import dev.freshet.server.Versions;
import dev.freshet.server.model.ServedModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceTest {
    private final ServedModel served = new ServedModel(Versions.MODEL);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Inference inference = inference(() -> true);

    @Test
    void answersWithTheUsualOutputsWhereNoneIsAskedFor() throws Exception {
        // Given
        load(3);

        // When
        Answer answer = answer(pixels(2));

        // Then
        assertThat(answer.version()).isEqualTo(3);
        assertThat(Answer.Parameter.VERSION.of(answer)).isEqualTo(3);
        assertThat(Answer.Parameter.BATCH_SIZE.of(answer)).isEqualTo(2);
        assertThat(answer.outputs())
                .extracting(output -> output.name() + " " + output.datatype() + " " + output.shape())
                .containsExactly("probabilities FP32 [2, 10]", "class INT64 [2]", "label BYTES [2]");
        assertThat(text(answer.outputs().get(2), 1)).isEqualTo(answer.label(answer.classOf(1)));
        float sum = 0;
        for (int i = 0; i < 10; i++) {
            sum += answer.probability(1, i);
        }
        assertThat(sum).isBetween(0.999f, 1.001f);
    }

    @Test
    void sendsOnlyTheOutputsThatWereAskedForInTheirOrder() throws Exception {
        // Given
        load(1);

        // When
        Answer answer = answer(asking(RequestedOutput.of("label", 0, true), RequestedOutput.of("class", 0, false)));

        // Then
        assertThat(answer.outputs())
                .extracting(output -> output.name() + " " + output.raw())
                .containsExactly("label true", "class false");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 16})
    void givesLogitsToThoseWhoAsk(int images) throws Exception {
        // Given: examples for one batch, and for two
        load(1);
        InferenceRequest request = new InferenceRequest(
                "default",
                "",
                "",
                List.of(tensor(images)),
                List.of(RequestedOutput.of("logits", 0, false), RequestedOutput.of("probabilities", 0, false)),
                false,
                Long.MAX_VALUE);

        // When
        Answer answer = answer(request);

        // Then
        assertThat(answer.outputs())
                .extracting(output -> output.name() + " " + output.datatype() + " " + output.shape())
                .containsExactly("logits FP32 [" + images + ", 10]", "probabilities FP32 [" + images + ", 10]");
        assertThat(answer.probabilities())
                .containsExactly(answer(pixels(images)).probabilities());
        for (int example = 0; example < images; example++) {
            for (int i = 1; i < 10; i++) {
                double odds = Math.log(answer.probability(example, i) / answer.probability(example, 0));
                float[] logits = answer.logits();
                assertThat((double) logits[10 * example + i] - logits[10 * example])
                        .isCloseTo(odds, within(1e-4));
            }
        }
    }

    @Test
    void namesTheMostProbableClassesInTritonsWay() throws Exception {
        // Given
        load(1);

        // When
        Answer answer = answer(asking(RequestedOutput.of("probabilities", 3, false)));

        // Then
        OutputTensor classes = answer.outputs().get(0);
        assertThat(classes.datatype()).isEqualTo(Datatype.BYTES);
        assertThat(classes.shape()).containsExactly(1L, 3L);
        int best = answer.classOf(0);
        assertThat(text(classes, 0))
                .isEqualTo(String.format("%f:%d:%s", answer.probability(0, best), best, answer.label(best)));
        assertThat(probability(classes, 1)).isBetween(probability(classes, 2), probability(classes, 0));
    }

    @Test
    void aClassificationOfMoreClassesThanThereAreNamesAll() throws Exception {
        // Given
        load(1);

        // When
        Answer answer = answer(asking(RequestedOutput.of("probabilities", 11, false)));

        // Then
        assertThat(answer.outputs().get(0).shape()).containsExactly(1L, 10L);
        assertThat(answer.outputs().get(0).data().count()).isEqualTo(10);
    }

    @Test
    void answersAPictureAsARequestOfItsPixels() throws Exception {
        // Given
        load(3);

        // When
        Answer ofPicture = answer(request(InputTensor.ofPicture(ByteBuffer.wrap(Versions.png(Versions.image(0))))));

        // Then
        assertThat(ofPicture.probabilities()).containsExactly(answer(pixels(1)).probabilities());
    }

    @Test
    void aRequestOfMoreThanABatchIsAnsweredAsItsPartsAre() throws Exception {
        // Given
        load(3);

        // When
        Answer large = answer(pixels(16));

        // Then
        assertThat(large.size()).isEqualTo(16);
        assertThat(Answer.Parameter.BATCH_SIZE.of(large)).isEqualTo(8);
        Answer part = answer(pixels(5));
        assertThat(Arrays.copyOf(large.probabilities(), 50)).containsExactly(part.probabilities());
    }

    @Test
    void refusesWhatItCannotAnswer() throws RefusedException {
        assertRefused(Refusal.NOT_FOUND, named("other", ""), "model \"other\" is not served here; default is");
        assertRefused(Refusal.UNAVAILABLE, pixels(1), "no version of model default has been loaded yet");
        load(2);
        assertRefused(Refusal.NOT_FOUND, named("default", "1"), "version \"1\" of model default is not served; 2 is");
        assertRefused(
                Refusal.INVALID_ARGUMENT,
                asking(RequestedOutput.of("loss", 0, false)),
                "output \"loss\" is not one of the model's: probabilities, class, label, logits");
        assertRefused(
                Refusal.INVALID_ARGUMENT,
                asking(RequestedOutput.of("label", 2, false)),
                "classification is for the output \"probabilities\" alone, not for \"label\"");
        assertRefused(Refusal.TOO_LARGE, pixels(17), "with n from 1 to 16");
        assertRefused(
                Refusal.INVALID_ARGUMENT,
                request(),
                "the request holds 0 inputs where the model takes 1, named \"input\"");
        assertRefused(Refusal.INVALID_ARGUMENT, request(notFinite()), "value 0 of example 0 is NaN");
    }

    @Test
    void isReadyForTheServedVersionOnly() {
        assertThat(inference.isReady()).isFalse();
        assertThat(inference.isReady("default", "")).isFalse();
        load(2);
        assertThat(inference.isReady()).isTrue();
        assertThat(inference.isReady("default", "")).isTrue();
        assertThat(inference.isReady("default", "2")).isTrue();
        assertThat(inference.isReady("default", "1")).isFalse();
        assertThat(inference.isReady("other", "")).isFalse();
        assertThat(inference(() -> false).isReady()).isFalse();
    }

    @Test
    void describesTheModelsTensors() throws RefusedException {
        // Given
        load(2);

        // When
        ModelDescription model = inference.describe("default", "");

        // Then
        assertThat(model.versions()).containsExactly("2");
        assertThat(model.inputs()).containsExactly(new TensorDescription("input", "FP32", List.of(-1L, 1L, 28L, 28L)));
        assertThat(model.outputs())
                .extracting(output -> output.name() + output.shape())
                .containsExactly("probabilities[-1, 10]", "class[-1]", "label[-1]", "logits[-1, 10]");
    }

    private Inference inference(BooleanSupplier live) {
        return new Inference(served, 16, new Batching(8, Duration.ZERO, 64), Runnable::run, 1, live, registry);
    }

    private void load(long version) {
        Versions.serve(served, new PlainEngine(), Versions.version(version));
    }

    private Answer answer(InferenceRequest request) throws ExecutionException, InterruptedException {
        return inference.infer(request, Runnable::run).get();
    }

    private void assertRefused(Refusal reason, InferenceRequest request, String part) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> answer(request))
                .havingCause()
                .isInstanceOf(RefusedException.class)
                .withMessageContaining(part)
                .satisfies(refused ->
                        assertThat(((RefusedException) refused).reason()).isEqualTo(reason));
    }

    private static InferenceRequest pixels(int images) {
        return request(tensor(images));
    }

    private static InferenceRequest named(String model, String version) {
        return new InferenceRequest(model, version, "", List.of(tensor(1)), List.of(), false, Long.MAX_VALUE);
    }

    private static InferenceRequest asking(RequestedOutput... outputs) {
        return new InferenceRequest("default", "", "", List.of(tensor(1)), List.of(outputs), false, Long.MAX_VALUE);
    }

    private static InferenceRequest request(InputTensor... inputs) {
        return new InferenceRequest("default", "", "", List.of(inputs), List.of(), false, Long.MAX_VALUE);
    }

    private static InputTensor tensor(int images) {
        ByteBuffer bytes = ByteBuffer.allocate(images * 784);
        for (int i = 0; i < images; i++) {
            bytes.put(Versions.image(i));
        }
        return new InputTensor(
                "input", Datatype.UINT8, List.of((long) images, 784L), new TensorData.Bytes(bytes.flip()));
    }

    private static InputTensor notFinite() {
        FloatBuffer values = FloatBuffer.allocate(784).put(0, Float.NaN);
        return new InputTensor("input", Datatype.FP32, List.of(1L, 784L), new TensorData.Floats(values));
    }

    private static String text(OutputTensor output, int index) {
        ByteBuffer element = ((TensorData.Strings) output.data()).elements().get(index);
        return StandardCharsets.UTF_8.decode(element.duplicate()).toString();
    }

    private static float probability(OutputTensor classes, int index) {
        return Float.parseFloat(text(classes, index).split(":", 2)[0]);
    }
}
