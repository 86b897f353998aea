package dev.freshet.core.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.freshet.core.data.Decoded.Malformed;
import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.Resize;
import dev.freshet.protocol.v1.EncodedImage;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Tensor;
import dev.freshet.protocol.v1.Tensor.DType;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDecoderTest {
    private static final int PIXELS = 28 * 28;

    private final RecordDecoder grey = RecordDecoder.ofLabelled(InputSpec.image(1, 28, 28), 10);
    private final RecordDecoder colour = RecordDecoder.ofLabelled(InputSpec.image(3, 28, 28), 10);
    private final RecordDecoder point = RecordDecoder.ofLabelled(InputSpec.point(2), 3);
    private final RecordDecoder unlabelled = RecordDecoder.ofUnlabelled(InputSpec.image(1, 28, 28));
    private final RecordDecoder unlabelledPoint = RecordDecoder.ofUnlabelled(InputSpec.point(2));

    // --- protobuf -----------------------------------------------------------------------------------------------

    @Test
    void decodesBytesOfATensor() {
        // Given
        byte[] pixels = pixels(1);

        // When
        Example example = valid(grey.decode(record(ImageRecord.newBuilder()
                .setId("a")
                .setLabel(9)
                .setEventTimeMs(1_700_000_000_000L)
                .setTensor(uint8(pixels, 1, 28, 28)))));

        // Then
        assertThat(example.id()).isEqualTo("a");
        assertThat(example.label()).isEqualTo(9);
        assertThat(example.eventTimeMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(example.features()).containsExactly(scaled(pixels));
    }

    @Test
    void decodesFloatsOfATensorAsTheyAre() {
        // When
        Example example = valid(point.decode(
                record(ImageRecord.newBuilder().setLabel(0).setTensor(float32(new float[] {-0.5f, 1e30f}, 2)))));

        // Then
        assertThat(example.features()).containsExactly(-0.5f, 1e30f);
    }

    @Test
    void normalisesBothKindsOfTensor() {
        // Given
        RecordDecoder decoder = RecordDecoder.ofLabelled(new InputSpec(List.of(2), List.of(0.5), List.of(0.25)), 3);

        // When
        Example bytes = valid(decoder.decode(
                record(ImageRecord.newBuilder().setLabel(0).setTensor(uint8(new byte[] {0, (byte) 255}, 2)))));
        Example floats = valid(
                decoder.decode(record(ImageRecord.newBuilder().setLabel(0).setTensor(float32(new float[] {0, 1}, 2)))));

        // Then
        assertThat(bytes.features()).containsExactly(-2, 2);
        assertThat(floats.features()).containsExactly(-2, 2);
    }

    @Test
    void decodesAPictureWithinARecord() {
        // Given
        byte[] pixels = pixels(2);

        // When
        Example example = valid(grey.decode(record(encoded("image/png", Pictures.png(28, 28, 8, Pictures.GREY, pixels))
                .setLabel(3))));

        // Then
        assertThat(example.features()).containsExactly(scaled(pixels));
        assertThat(example.label()).isEqualTo(3);
    }

    @Test
    void readsAPicturesTypeInAnyCaseAndWithParameters() {
        // When
        Decoded decoded =
                grey.decode(record(encoded("Image/PNG; q=1", Pictures.png(28, 28, 8, Pictures.GREY, pixels(2)))
                        .setLabel(3)));

        // Then
        assertThat(decoded).isInstanceOf(Valid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "image/gif", "image/bmp", "image/tiff", "image/vnd.wap.wbmp", "image/x-png", "text/html"})
    void readsNoOtherPictures(String contentType) {
        assertMalformed(
                grey.decode(
                        record(encoded(contentType, new byte[] {'G', 'I', 'F'}).setLabel(3))),
                Reason.UNSUPPORTED_CONTENT_TYPE,
                contentType);
    }

    @Test
    void refusesARecordOfOneByteTooFew() {
        assertMalformed(
                grey.decode(record(ImageRecord.newBuilder().setLabel(1).setTensor(uint8(new byte[783], 1, 28, 28)))),
                Reason.WRONG_SHAPE,
                "783 bytes of UINT8 where shape [1, 28, 28] needs 784");
    }

    @Test
    void refusesFloatsThatAreBytesTooFew() {
        assertMalformed(
                grey.decode(record(ImageRecord.newBuilder()
                        .setLabel(1)
                        .setTensor(uint8(new byte[784], 1, 28, 28).setDtype(DType.FLOAT32)))),
                Reason.WRONG_SHAPE,
                "784 bytes of FLOAT32 where shape [1, 28, 28] needs 3136");
    }

    @Test
    void refusesATensorOfAnotherShapeWithTheSameSize() {
        for (int[] shape : new int[][] {{784}, {28, 28}, {28, 28, 1}, {1, 14, 56}, {}, {1, 28, 28, 1}, {-1, -28, 28}}) {
            assertMalformed(
                    grey.decode(record(ImageRecord.newBuilder().setLabel(1).setTensor(uint8(new byte[784], shape)))),
                    Reason.WRONG_SHAPE,
                    "where the model takes [1, 28, 28]");
        }
    }

    @Test
    void refusesATensorWithoutADtype() {
        assertMalformed(
                grey.decode(record(ImageRecord.newBuilder()
                        .setLabel(1)
                        .setTensor(uint8(new byte[784], 1, 28, 28).clearDtype()))),
                Reason.UNDECODABLE,
                "DTYPE_UNSPECIFIED");
        assertMalformed(
                grey.decode(record(ImageRecord.newBuilder()
                        .setLabel(1)
                        .setTensor(uint8(new byte[784], 1, 28, 28).setDtypeValue(7)))),
                Reason.UNDECODABLE,
                "dtype");
    }

    @Test
    void refusesARecordWithoutAnImage() {
        assertMalformed(
                grey.decode(record(ImageRecord.newBuilder().setLabel(1))), Reason.EMPTY, "neither tensor nor image");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesAValueThatIsNotFinite(float value) {
        assertMalformed(
                point.decode(
                        record(ImageRecord.newBuilder().setLabel(0).setTensor(float32(new float[] {1, value}, 2)))),
                Reason.NON_FINITE,
                "value 1 is " + value);
    }

    @Test
    void refusesAValueThatNormalisationMakesInfinite() {
        // Given
        RecordDecoder decoder = RecordDecoder.ofLabelled(new InputSpec(List.of(2), List.of(), List.of(1e-3)), 3);

        // Then
        assertMalformed(
                decoder.decode(
                        record(ImageRecord.newBuilder().setLabel(0).setTensor(float32(new float[] {1, 1e38f}, 2)))),
                Reason.NON_FINITE,
                "value 1 is Infinity");
    }

    @Test
    void refusesBytesThatAreNoRecord() {
        assertMalformed(grey.decode(raw(new byte[] {1, 2, 3}, null)), Reason.UNDECODABLE, "not an ImageRecord");
    }

    // --- labels -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"10, 10", "2147483647, 2147483647", "-1, 4294967295"})
    void refusesALabelThatIsNoClass(int label, String shown) {
        assertMalformed(
                grey.decode(
                        record(ImageRecord.newBuilder().setLabel(label).setTensor(uint8(new byte[784], 1, 28, 28)))),
                Reason.LABEL_OUT_OF_RANGE,
                "label " + shown + " is not in [0, 9]");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, label -1 is not in",
        "10, label 10 is not in",
        "4294967297, label 4294967297 is not in",
        "99999999999999999999, not a whole number",
        "three, not a whole number",
        "3.0, not a whole number",
        "'', not a whole number"
    })
    void refusesALabelInAHeaderThatIsNoClass(String label, String detail) {
        assertMalformed(
                grey.decode(picture("image/png", Pictures.png(28, 28, 8, Pictures.GREY, pixels(1)), label)),
                Reason.LABEL_OUT_OF_RANGE,
                detail);
    }

    @Test
    void refusesARecordWithoutALabel() {
        assertMalformed(
                grey.decode(record(ImageRecord.newBuilder().setTensor(uint8(new byte[784], 1, 28, 28)))),
                Reason.NO_LABEL,
                "");
        assertMalformed(
                grey.decode(picture("image/png", Pictures.png(28, 28, 8, Pictures.GREY, pixels(1)), null)),
                Reason.NO_LABEL,
                "");
    }

    @Test
    void takesTheLabelFromTheHeaderWhereTheValueHasNone() {
        // Given
        byte[] value = ImageRecord.newBuilder()
                .setTensor(uint8(new byte[784], 1, 28, 28))
                .build()
                .toByteArray();

        // When
        Example example = valid(grey.decode(new RawRecord(value, null, null, " 7 ", "p")));

        // Then
        assertThat(example.label()).isEqualTo(7);
    }

    @Test
    void prefersTheLabelInTheValue() {
        // Given
        byte[] value = ImageRecord.newBuilder()
                .setLabel(0)
                .setTensor(uint8(new byte[784], 1, 28, 28))
                .build()
                .toByteArray();

        // When
        Example example = valid(grey.decode(new RawRecord(value, null, null, "7", "p")));

        // Then
        assertThat(example.label()).isZero();
    }

    @Test
    void looksAtNoLabelOfARequest() {
        for (RawRecord request : List.of(
                record(ImageRecord.newBuilder().setLabel(-1).setTensor(uint8(new byte[784], 1, 28, 28))),
                picture("image/png", Pictures.png(28, 28, 8, Pictures.GREY, pixels(1)), "three"))) {
            assertThat(valid(unlabelled.decode(request)).label()).isEqualTo(Example.UNLABELLED);
        }
        assertThat(valid(unlabelledPoint.decode(json("{\"data\": [0, 1], \"label\": \"three\"}")))
                        .label())
                .isEqualTo(Example.UNLABELLED);
    }

    @Test
    void takesTheLabelOfARequestWhereItHasAGoodOneAndMindsNoOther() {
        // Given
        RecordDecoder requests = RecordDecoder.ofRequests(InputSpec.image(1, 28, 28), 10);
        RecordDecoder points = RecordDecoder.ofRequests(InputSpec.point(2), 3);
        Tensor.Builder tensor = uint8(new byte[784], 1, 28, 28);
        byte[] png = Pictures.png(28, 28, 8, Pictures.GREY, pixels(1));

        // Then
        assertThat(valid(requests.decode(
                                record(ImageRecord.newBuilder().setLabel(9).setTensor(tensor))))
                        .label())
                .isEqualTo(9);
        assertThat(valid(requests.decode(picture("image/png", png, " 7 "))).label())
                .isEqualTo(7);
        assertThat(valid(points.decode(json("{\"data\": [0, 1], \"label\": 2}")))
                        .label())
                .isEqualTo(2);
        for (Decoded decoded : List.of(
                requests.decode(record(ImageRecord.newBuilder().setTensor(tensor))),
                requests.decode(record(ImageRecord.newBuilder().setLabel(10).setTensor(tensor))),
                requests.decode(record(ImageRecord.newBuilder().setLabel(-1).setTensor(tensor))),
                requests.decode(picture("image/png", png, "-1")),
                requests.decode(picture("image/png", png, "12345678901")),
                requests.decode(picture("image/png", png, "three")),
                points.decode(json("{\"data\": [0, 1], \"label\": 3}")),
                points.decode(json("{\"data\": [0, 1], \"label\": 1.5}")),
                points.decode(json("{\"data\": [0, 1], \"label\": \"two\"}")))) {
            assertThat(valid(decoded).label()).isEqualTo(Example.UNLABELLED);
        }
    }

    // --- pictures -----------------------------------------------------------------------------------------------

    @Test
    void readsTheSamePixelsFromAGreyPngAndFromATensor() {
        // Given
        byte[] pixels = pixels(3);

        // When
        Example example = valid(grey.decode(picture("image/png", Pictures.png(28, 28, 8, Pictures.GREY, pixels), "4")));

        // Then
        assertThat(example.features()).containsExactly(scaled(pixels));
        assertThat(example.label()).isEqualTo(4);
    }

    @Test
    void putsColoursIntoPlanes() {
        // Given
        byte[] rows = bytes(3 * PIXELS, 4);

        // When
        Example example = valid(colour.decode(picture("image/png", Pictures.png(28, 28, 8, Pictures.RGB, rows), "4")));

        // Then
        assertThat(example.features()).containsExactly(scaled(planes(rows, 3)));
    }

    @Test
    void givesAColourModelAGreyPictureThreeTimes() {
        // Given
        byte[] pixels = pixels(5);

        // When
        Example example =
                valid(colour.decode(picture("image/png", Pictures.png(28, 28, 8, Pictures.GREY, pixels), "4")));

        // Then
        float[] plane = scaled(pixels);
        for (int channel = 0; channel < 3; channel++) {
            assertThat(Arrays.copyOfRange(example.features(), channel * PIXELS, (channel + 1) * PIXELS))
                    .containsExactly(plane);
        }
    }

    @Test
    void givesAGreyModelTheLumaOfAColourPicture() {
        // Given
        byte[] rows = bytes(3 * PIXELS, 6);

        // When
        Example example = valid(grey.decode(picture("image/png", Pictures.png(28, 28, 8, Pictures.RGB, rows), "4")));

        // Then
        assertThat(example.features()).containsExactly(scaled(luma(rows, 3)));
    }

    @Test
    void readsAPalette() {
        // Given
        byte[] indices = pixels(7);
        byte[] palette = bytes(3 * 256, 8);
        byte[] file = Pictures.png(28, 28, 8, Pictures.PALETTE, indices, palette);
        byte[] rows = new byte[3 * PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            System.arraycopy(palette, 3 * (indices[i] & 0xff), rows, 3 * i, 3);
        }

        // When
        Example inColour = valid(colour.decode(picture("image/png", file, "4")));
        Example inGrey = valid(grey.decode(picture("image/png", file, "4")));

        // Then
        assertThat(inColour.features()).containsExactly(scaled(planes(rows, 3)));
        assertThat(inGrey.features()).containsExactly(scaled(luma(rows, 3)));
    }

    @Test
    void readsOneBitAPixel() {
        // Given
        byte[] rows = bytes(4 * 28, 9);
        byte[] pixels = new byte[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            pixels[i] = (byte) ((rows[i / 28 * 4 + i % 28 / 8] >> (7 - i % 28 % 8) & 1) * 255);
        }

        // When
        Example example = valid(grey.decode(picture("image/png", Pictures.png(28, 28, 1, Pictures.GREY, rows), "4")));

        // Then
        assertThat(example.features()).containsExactly(scaled(pixels));
    }

    @Test
    void passesOverTransparency() {
        // Given
        byte[] rgba = bytes(4 * PIXELS, 10);
        byte[] greyAlpha = bytes(2 * PIXELS, 11);

        // When
        Example inColour =
                valid(colour.decode(picture("image/png", Pictures.png(28, 28, 8, Pictures.RGBA, rgba), "4")));
        Example inGrey =
                valid(grey.decode(picture("image/png", Pictures.png(28, 28, 8, Pictures.GREY_ALPHA, greyAlpha), "4")));

        // Then
        assertThat(inColour.features()).containsExactly(scaled(planes(rgba, 4)));
        assertThat(inGrey.features()).containsExactly(scaled(Arrays.copyOf(planes(greyAlpha, 2), PIXELS)));
    }

    @Test
    void readsSixteenBitsAPixel() {
        // Given
        byte[] pixels = pixels(12);
        byte[] rows = new byte[2 * PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            rows[2 * i] = pixels[i];
            rows[2 * i + 1] = pixels[i];
        }

        // When
        byte[] file = Pictures.png(28, 28, 16, Pictures.GREY, rows);

        // Then
        assertThat(valid(grey.decode(picture("image/png", file, "4"))).features())
                .containsExactly(scaled(pixels));
        assertThat(valid(colour.decode(picture("image/png", file, "4"))).features())
                .startsWith(scaled(pixels));
    }

    @Test
    void readsJpeg() {
        // Given
        byte[] inColour = Pictures.jpeg(28, 28, BufferedImage.TYPE_INT_RGB, 0xff8040);
        byte[] inGrey = Pictures.jpeg(28, 28, BufferedImage.TYPE_BYTE_GRAY, 0xffffff);

        // When
        float[] planes =
                valid(colour.decode(picture("image/jpeg", inColour, "4"))).features();
        float[] plane = valid(grey.decode(picture("image/jpeg", inGrey, "4"))).features();

        // Then
        assertThat(planes[0] * 255).isCloseTo(0xff, within(3f));
        assertThat(planes[PIXELS] * 255).isCloseTo(0x80, within(3f));
        assertThat(planes[2 * PIXELS] * 255).isCloseTo(0x40, within(3f));
        assertThat(plane).containsOnly(1f);
    }

    @Test
    void refusesATruncatedPicture() {
        // Given
        byte[] png = Pictures.png(28, 28, 8, Pictures.GREY, pixels(1));
        byte[] jpeg = Pictures.jpeg(28, 28, BufferedImage.TYPE_INT_RGB, 0x808080);
        // Behind the pixels: two checksums and the last chunk, which has a length, a name and a checksum.
        int pngPixels = png.length - 4 - 4 - 12;

        for (int length = 1; length < pngPixels; length++) {
            assertMalformed(
                    grey.decode(picture("image/png", Arrays.copyOf(png, length), "4")),
                    Reason.UNDECODABLE,
                    "not a readable image/png");
        }
        for (int length = 1; length < jpeg.length; length++) {
            assertMalformed(
                    grey.decode(picture("image/jpeg", Arrays.copyOf(jpeg, length), "4")),
                    Reason.UNDECODABLE,
                    "not a readable image/jpeg");
        }
    }

    @Test
    void refusesAPictureOfAnotherSize() {
        assertMalformed(
                grey.decode(picture("image/png", Pictures.png(27, 28, 8, Pictures.GREY, new byte[27 * 28]), "4")),
                Reason.WRONG_SHAPE,
                "a picture of 27×28 where the model takes 28×28");
        assertMalformed(
                grey.decode(picture("image/jpeg", Pictures.jpeg(28, 29, BufferedImage.TYPE_INT_RGB, 0), "4")),
                Reason.WRONG_SHAPE,
                "a picture of 28×29 where the model takes 28×28");
    }

    @Test
    void scalesAPictureOfAnotherSizeWhereTheModelSaysSo() {
        // Given
        InputSpec input = new InputSpec(List.of(1, 1, 2), List.of(0.2), List.of(), Resize.BILINEAR);
        byte[] png = Pictures.png(4, 1, 8, Pictures.GREY, new byte[] {50, 52, 101, 103});
        byte[] jpeg = Pictures.jpeg(9, 7, BufferedImage.TYPE_INT_RGB, 0xffffff);

        for (RecordDecoder decoder : List.of(RecordDecoder.ofLabelled(input, 10), RecordDecoder.ofUnlabelled(input))) {
            // When
            Example fromPng = valid(decoder.decode(picture("image/png", png, "4")));
            Example withinARecord =
                    valid(decoder.decode(record(encoded("image/png", png).setLabel(4))));
            Example fromJpeg = valid(decoder.decode(picture("image/jpeg", jpeg, "4")));

            // Then
            assertThat(fromPng.features()).containsExactly(51 / 255f - 0.2f, 102 / 255f - 0.2f);
            assertThat(withinARecord.features()).isEqualTo(fromPng.features());
            assertThat(fromJpeg.features()).containsOnly(1 - 0.2f);
        }
    }

    @Test
    void scalesNoTensor() {
        // Given
        RecordDecoder decoder =
                RecordDecoder.ofLabelled(InputSpec.image(1, 2, 2).withResize(Resize.BILINEAR), 10);

        // When / Then
        assertMalformed(
                decoder.decode(record(ImageRecord.newBuilder().setLabel(1).setTensor(uint8(new byte[9], 1, 3, 3)))),
                Reason.WRONG_SHAPE,
                "shape [1, 3, 3] where the model takes [1, 2, 2]");
        assertMalformed(
                decoder.decode(record(ImageRecord.newBuilder().setLabel(1).setTensor(float32(new float[9], 1, 3, 3)))),
                Reason.WRONG_SHAPE,
                "shape [1, 3, 3] where the model takes [1, 2, 2]");
        assertMalformed(
                decoder.decode(json("{\"label\": 1, \"shape\": [1, 1, 1], \"data\": [1]}")),
                Reason.WRONG_SHAPE,
                "shape [1, 1, 1] where the model takes [1, 2, 2]");
    }

    @Test
    void refusesAPictureThatClaimsToBeHugeWithoutMakingRoomForIt() {
        // Given: 14 GB of pixels that are not there
        byte[] png = Pictures.png(60_000, 60_000, 8, Pictures.RGBA, new byte[0]);

        // Then
        assertMalformed(grey.decode(picture("image/png", png, "4")), Reason.WRONG_SHAPE, "a picture of 60000×60000");
        assertMalformed(
                RecordDecoder.ofLabelled(InputSpec.image(1, 28, 28).withResize(Resize.BILINEAR), 10)
                        .decode(picture("image/png", png, "4")),
                Reason.WRONG_SHAPE,
                "a picture of 60000×60000 is too large to be resized");
    }

    @Test
    void refusesAPictureUnderAnotherType() {
        assertMalformed(
                grey.decode(picture("image/jpeg", Pictures.png(28, 28, 8, Pictures.GREY, pixels(1)), "4")),
                Reason.UNDECODABLE,
                "not a readable image/jpeg");
    }

    @Test
    void refusesAPictureForAModelOfPoints() {
        assertMalformed(
                point.decode(picture("image/png", Pictures.png(2, 1, 8, Pictures.GREY, new byte[2]), "1")),
                Reason.WRONG_SHAPE,
                "a picture where the model takes shape [2]");
    }

    // --- JSON ---------------------------------------------------------------------------------------------------

    @Test
    void decodesJson() {
        // When
        Example example = valid(point.decode(json("{\"id\": \"a\", \"label\": 2, \"dtype\": \"float32\", "
                + "\"shape\": [2], \"data\": [-1, 0.25], \"event_time_ms\": 12, \"unknown\": {}}")));

        // Then
        assertThat(example.id()).isEqualTo("a");
        assertThat(example.label()).isEqualTo(2);
        assertThat(example.features()).containsExactly(-1, 0.25f);
        assertThat(example.eventTimeMillis()).isEqualTo(12);
    }

    @Test
    void readsTheSamePixelsFromJsonAndFromATensor() {
        // Given
        byte[] pixels = pixels(13);
        StringBuilder data = new StringBuilder();
        for (byte pixel : pixels) {
            data.append(data.isEmpty() ? "" : ",").append(pixel & 0xff);
        }

        // When
        Example example = valid(grey.decode(json("{\"label\": 1.0, \"data\": [" + data + "]}")));

        // Then
        assertThat(example.features()).containsExactly(scaled(pixels));
        assertThat(example.label()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                              | UNDECODABLE        | not valid",
                "[1, 2]                                         | UNDECODABLE        | not an object",
                "null                                           | UNDECODABLE        | not an object",
                "{\"label\": 1}                                 | UNDECODABLE        | no array",
                "{\"label\": 1, \"data\": 5}                    | UNDECODABLE        | no array",
                "{\"label\": 1, \"data\": [1]}                  | WRONG_SHAPE        | 1 numbers where shape [2] needs 2",
                "{\"label\": 1, \"data\": [1, 2], \"shape\": [2, 1]} | WRONG_SHAPE   | shape [2, 1]",
                "{\"label\": 1, \"data\": [1, 2], \"shape\": 2} | WRONG_SHAPE        | shape",
                "{\"label\": 1, \"data\": [1, \"2\"]}           | UNDECODABLE        | data[1] is not a number",
                "{\"label\": 1, \"data\": [1, 256]}             | UNDECODABLE        | data[1] = 256 is not",
                "{\"label\": 1, \"data\": [1, -1]}              | UNDECODABLE        | data[1] = -1 is not",
                "{\"label\": 1, \"data\": [1, 0.5]}             | UNDECODABLE        | data[1] = 0.5 is not a whole",
                "{\"label\": 1, \"data\": [1, NaN]}             | UNDECODABLE        | not valid",
                "{\"label\": 1, \"dtype\": \"float32\", \"data\": [1, 1e39]} | NON_FINITE | value 1 is Infinity",
                "{\"label\": 1, \"dtype\": \"int8\", \"data\": [1, 2]} | UNDECODABLE | dtype int8",
                "{\"label\": 3, \"data\": [1, 2]}               | LABEL_OUT_OF_RANGE | label 3 is not in [0, 2]",
                "{\"label\": -1, \"data\": [1, 2]}              | LABEL_OUT_OF_RANGE | label -1 is not in [0, 2]",
                "{\"label\": 1.5, \"data\": [1, 2]}             | LABEL_OUT_OF_RANGE | label 1.5 is not a whole",
                "{\"label\": \"1\", \"data\": [1, 2]}           | LABEL_OUT_OF_RANGE | is not a whole number",
                "{\"label\": 4294967297, \"data\": [1, 2]}      | LABEL_OUT_OF_RANGE | label 4294967297 is not in",
                "{\"label\": 1e400, \"data\": [1, 2]}           | LABEL_OUT_OF_RANGE | is not a whole number",
                "{\"data\": [1, 2]}                             | NO_LABEL           | neither",
                "{\"label\": null, \"data\": [1, 2]}            | NO_LABEL           | neither",
            })
    void refusesJsonThatIsNoExample(String json, Reason reason, String detail) {
        assertMalformed(point.decode(json(json)), reason, detail);
    }

    @Test
    void refusesJsonThatIsNestedTooDeeply() {
        assertMalformed(point.decode(json("[".repeat(100_000))), Reason.UNDECODABLE, "not valid");
    }

    // --- records ------------------------------------------------------------------------------------------------

    @Test
    void refusesARecordWithoutAValue() {
        assertMalformed(grey.decode(raw(null, null)), Reason.EMPTY, "no value");
        assertMalformed(grey.decode(raw(new byte[0], null)), Reason.EMPTY, "no value");
        assertMalformed(grey.decode(raw(new byte[0], "image/png")), Reason.EMPTY, "no value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", "text/plain", "image/gif", "application/octet-stream", "image/pngx"})
    void refusesAnUnknownContentType(String contentType) {
        assertMalformed(grey.decode(raw(new byte[] {1}, contentType)), Reason.UNSUPPORTED_CONTENT_TYPE, contentType);
    }

    @Test
    void takesTheIdFromTheValueThenTheKeyThenThePosition() {
        ImageRecord.Builder without = ImageRecord.newBuilder().setLabel(1).setTensor(uint8(new byte[] {1, 2}, 2));
        byte[] value = without.build().toByteArray();
        byte[] withId = without.setId("value").build().toByteArray();

        assertThat(id(new RawRecord(withId, "key", null, null, "images-0@5"))).isEqualTo("value");
        assertThat(id(new RawRecord(value, "key", null, null, "images-0@5"))).isEqualTo("key");
        assertThat(id(new RawRecord(value, "", null, null, "images-0@5"))).isEqualTo("images-0@5");
        assertThat(id(new RawRecord(value, null, null, null, "images-0@5"))).isEqualTo("images-0@5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"\"value\" | value", "5 | 5", "\"\" | key", "null | key", "{} | key", "[] | key"})
    void takesTheIdOfJsonFromTheValueThenTheKey(String id, String expected) {
        // Given
        byte[] value = ("{\"label\": 1, \"data\": [1, 2], \"id\": " + id + "}").getBytes(UTF_8);

        // Then
        assertThat(id(new RawRecord(value, "key", ContentTypes.JSON, null, "p")))
                .isEqualTo(expected);
    }

    @Test
    void namesMalformedRecordsAsFarAsTheyCanBeRead() {
        byte[] wrongShape =
                ImageRecord.newBuilder().setId("value").setLabel(1).build().toByteArray();

        assertThat(grey.idOf(raw(wrongShape, null))).isEqualTo("value");
        assertThat(grey.idOf(raw(new byte[] {1}, null))).isEqualTo("key");
        assertThat(grey.idOf(raw(null, null))).isEqualTo("key");
        assertThat(grey.idOf(json("{\"id\": \"value\"}"))).isEqualTo("value");
        assertThat(grey.idOf(json("{\"id\""))).isEqualTo("key");
        assertThat(grey.idOf(raw(null, ContentTypes.JSON))).isEqualTo("key");
        assertThat(grey.idOf(raw(wrongShape, ContentTypes.PNG))).isEqualTo("key");
        assertThat(grey.idOf(raw(wrongShape, "text/plain"))).isEqualTo("key");
        assertThat(grey.idOf(new RawRecord(new byte[] {1}, null, null, null, "images-0@5")))
                .isEqualTo("images-0@5");
    }

    @Test
    void decodesEveryKindOfRecordIntoARowOfABatch() {
        // Given
        InputSpec input = new InputSpec(List.of(1, 2, 2), List.of(0.5), List.of(0.25));
        RecordDecoder decoder = RecordDecoder.ofLabelled(input, 10);
        byte[] pixels = {0, 51, (byte) 204, (byte) 255};
        byte[] png = Pictures.png(2, 2, 8, Pictures.GREY, pixels);
        List<RawRecord> records = List.of(
                record(ImageRecord.newBuilder().setLabel(3).setEventTimeMs(9).setTensor(uint8(pixels, 1, 2, 2))),
                record(ImageRecord.newBuilder().setLabel(3).setTensor(float32(new float[] {1, 2, 3, 4}, 1, 2, 2))),
                record(encoded("image/png", png).setLabel(3)),
                picture("image/png", png, "3"),
                json("{\"label\": 3, \"data\": [1, 2, 3, 4]}"));

        for (RawRecord record : records) {
            Example example = valid(decoder.decode(record));
            float[] features = new float[3 + 4 + 2];
            Arrays.fill(features, -77);

            // When
            DecodedRow row = decoder.decode(record, features, 3);

            // Then
            assertThat(row).isEqualTo(new DecodedRow.Filled(example.id(), 3, example.eventTimeMillis()));
            assertThat(Arrays.copyOfRange(features, 3, 7)).isEqualTo(example.features());
            assertThat(features).startsWith(-77, -77, -77).endsWith(-77, -77);
        }
    }

    @Test
    void aRowThatIsMalformedIsSoForTheSameReason() {
        // Given
        float[] features = new float[4];
        RawRecord nan = record(ImageRecord.newBuilder().setTensor(float32(new float[] {1, Float.NaN}, 2)));

        // When
        DecodedRow row = unlabelledPoint.decode(nan, features, 2);

        // Then
        assertThat(row).isEqualTo(new Malformed(Reason.NON_FINITE, "value 1 is NaN"));
        assertThat(unlabelledPoint.decode(nan)).isEqualTo(row);
    }

    @Test
    void namesReasonsInLowerCaseWithDashes() {
        assertThat(RecordDecoder.nameOf(Reason.LABEL_OUT_OF_RANGE)).isEqualTo("label-out-of-range");
    }

    @Test
    void answersAnyBytesWithAnExampleOrAReason() {
        // Given
        Random random = new Random(14);
        List<String> types = List.of(
                ContentTypes.PROTOBUF, ContentTypes.PNG, ContentTypes.PNG, ContentTypes.JPEG, ContentTypes.JSON);
        InputSpec small = InputSpec.image(1, 4, 4);
        List<byte[]> seeds = List.of(
                ImageRecord.newBuilder()
                        .setId("a")
                        .setLabel(1)
                        .setTensor(uint8(new byte[16], 1, 4, 4))
                        .build()
                        .toByteArray(),
                Pictures.png(4, 4, 8, Pictures.GREY, bytes(16, 1)),
                Pictures.png(4, 4, 8, Pictures.PALETTE, bytes(16, 1), bytes(768, 1)),
                Pictures.jpeg(4, 4, BufferedImage.TYPE_INT_RGB, 0x808080),
                "{\"id\": \"a\", \"label\": 1, \"shape\": [1, 4, 4], \"data\": [1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7]}"
                        .getBytes(UTF_8));
        RecordDecoder decoder = RecordDecoder.ofLabelled(small, 10);
        int valid = 0;

        for (int i = 0; i < 20_000; i++) {
            int type = random.nextInt(types.size());
            byte[] value = i % 10 == 0 ? bytes(random.nextInt(200), i) : mutated(seeds.get(type), random);

            // When
            Decoded decoded = decoder.decode(new RawRecord(value, "key", types.get(type), "1", "p"));

            // Then
            if (decoded instanceof Valid example) {
                valid++;
                assertThat(example.example().features()).hasSize(16);
                assertThat(example.example().label()).isBetween(0, 9);
            }
        }
        assertThat(valid).as("mutations that changed only content").isGreaterThan(500);
    }

    // ------------------------------------------------------------------------------------------------------------

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] value = random.nextInt(8) == 0 ? Arrays.copyOf(seed, random.nextInt(2 * seed.length)) : seed.clone();
        for (int n = random.nextInt(6); n >= 0 && value.length > 0; n--) {
            value[random.nextInt(value.length)] = (byte) random.nextInt(256);
        }
        return value;
    }

    private String id(RawRecord record) {
        return valid(point.decode(record)).id();
    }

    private static Example valid(Decoded decoded) {
        assertThat(decoded).isInstanceOf(Valid.class);
        return ((Valid) decoded).example();
    }

    private static void assertMalformed(Decoded decoded, Reason reason, String detail) {
        assertThat(decoded).isInstanceOfSatisfying(Malformed.class, malformed -> {
            assertThat(malformed.detail()).contains(detail);
            assertThat(malformed.reason()).isEqualTo(reason);
        });
    }

    private static RawRecord record(ImageRecord.Builder record) {
        return raw(record.build().toByteArray(), null);
    }

    private static RawRecord json(String json) {
        return raw(json.getBytes(UTF_8), ContentTypes.JSON + "; charset=utf-8");
    }

    private static RawRecord picture(String contentType, byte[] file, @Nullable String label) {
        return new RawRecord(file, "key", contentType, label, "images-0@5");
    }

    private static RawRecord raw(byte @Nullable [] value, @Nullable String contentType) {
        return new RawRecord(value, "key", contentType, null, "images-0@5");
    }

    private static ImageRecord.Builder encoded(String contentType, byte[] file) {
        return ImageRecord.newBuilder()
                .setEncoded(
                        EncodedImage.newBuilder().setContentType(contentType).setData(ByteString.copyFrom(file)));
    }

    private static Tensor.Builder uint8(byte[] values, int... shape) {
        Tensor.Builder tensor = Tensor.newBuilder().setDtype(DType.UINT8).setData(ByteString.copyFrom(values));
        Arrays.stream(shape).forEach(tensor::addShape);
        return tensor;
    }

    private static Tensor.Builder float32(float[] values, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return uint8(bytes.array(), shape).setDtype(DType.FLOAT32);
    }

    private static byte[] pixels(int seed) {
        return bytes(PIXELS, seed);
    }

    private static byte[] bytes(int count, int seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static float[] scaled(byte[] bytes) {
        float[] features = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            features[i] = (bytes[i] & 0xff) / 255f;
        }
        return features;
    }

    /** The first three bands (or fewer) of interleaved pixels, one after the other. */
    private static byte[] planes(byte[] rows, int bands) {
        int pixels = rows.length / bands;
        byte[] planes = new byte[Math.min(3, bands) * pixels];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = rows[i % pixels * bands + i / pixels];
        }
        return planes;
    }

    private static byte[] luma(byte[] rows, int bands) {
        byte[] luma = new byte[rows.length / bands];
        for (int i = 0; i < luma.length; i++) {
            double sum = 0.299 * (rows[bands * i] & 0xff)
                    + 0.587 * (rows[bands * i + 1] & 0xff)
                    + 0.114 * (rows[bands * i + 2] & 0xff);
            luma[i] = (byte) Math.floor(sum + 0.5 + 1e-9);
        }
        return luma;
    }
}
