package dev.freshet.ingest.source;

import dev.freshet.core.config.Config;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.Resize;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the images of a source are made into, whatever they are in their files.
 *
 * @param channels 1 for grey, 3 for colour; empty to leave them as they are
 * @param height in pixels
 * @param width in pixels
 */
public record ImageShape(OptionalInt channels, int height, int width) {
    private static final Pattern TEXT = Pattern.compile("(?:([13])x)?([0-9]{1,7})x([0-9]{1,7})");

    public ImageShape {
        // For its checks.
        InputSpec.image(channels.orElse(1), height, width);
    }

    /**
     * The shape that a model takes.
     *
     * @throws IllegalArgumentException if it takes points
     */
    public static ImageShape of(InputSpec input) {
        if (!input.isImage()) {
            throw new IllegalArgumentException("a model of points, of shape " + input.shape() + ", takes no images");
        }
        return new ImageShape(OptionalInt.of(input.channels()), input.height(), input.width());
    }

    /**
     * Reads {@code 28x28}, height first, or {@code 3x28x28}, which also says grey or colour.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static ImageShape parse(String text) {
        Matcher sides = TEXT.matcher(text);
        if (!sides.matches()) {
            throw new IllegalArgumentException(
                    "ingest.resize must be HEIGHTxWIDTH, or CHANNELSxHEIGHTxWIDTH with 1 or 3 channels, such as 28x28 or"
                            + " 3x32x32, was \"" + text + "\"");
        }
        return new ImageShape(
                sides.group(1) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(sides.group(1))),
                Integer.parseInt(sides.group(2)),
                Integer.parseInt(sides.group(3)));
    }

    /**
     * What a configuration asks for: {@code ingest.resize}, or else {@code model.input.shape} where {@code
     * model.input.resize} is true.
     *
     * @param config the whole of it
     * @return empty if images are to be taken as they are
     * @throws IllegalArgumentException if it is no shape of images
     */
    public static Optional<ImageShape> wanted(Config config) {
        String own = config.section("ingest").text("resize", "");
        if (!own.isEmpty()) {
            return Optional.of(parse(own));
        }
        Config input = config.section("model").section("input");
        List<Double> shape = input.numbers("shape", List.of());
        if (!input.flag("resize", false) || shape.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(of(
                new InputSpec(shape.stream().map(Double::intValue).toList(), List.of(), List.of(), Resize.BILINEAR)));
    }

    /**
     * The input that images become.
     *
     * @throws IllegalArgumentException if that is too large for a model
     */
    InputSpec input(int channelsOfSource) {
        return InputSpec.image(channels.orElse(channelsOfSource), height, width);
    }
}
