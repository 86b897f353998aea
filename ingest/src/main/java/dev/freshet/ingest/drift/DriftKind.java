package dev.freshet.ingest.drift;

import dev.freshet.core.model.InputSpec;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.Values;
import java.util.List;
import java.util.Random;

/** What can change in a stream. */
sealed interface DriftKind {
    /**
     * For the images of a source.
     *
     * @throws IllegalArgumentException if these have no such class, or cannot be changed like this
     */
    Effect of(ImageSource source);

    /** Two classes take each other's label; growing, of a growing share of their images. */
    record LabelSwap(String first, String second) implements DriftKind {
        @Override
        public Effect of(ImageSource source) {
            int a = indexOf(first, source);
            int b = indexOf(second, source);
            if (a == b) {
                throw new IllegalArgumentException("a class cannot be swapped with itself");
            }
            return (image, strength, random) -> {
                boolean swaps = (image.label() == a || image.label() == b) && random.nextDouble() < strength;
                return swaps ? new LabelledImage(image.id(), image.values(), a + b - image.label()) : image;
            };
        }
    }

    /** A class that is not there before; growing, a growing share of its images is. */
    record ClassArrival(String name) implements DriftKind {
        @Override
        public Effect of(ImageSource source) {
            int arriving = indexOf(name, source);
            return (image, strength, random) ->
                    image.label() != arriving || random.nextDouble() < strength ? image : null;
        }
    }

    /** Images turned counter-clockwise about their middle; growing, by a growing angle. */
    record Rotation(double degrees) implements DriftKind {
        @Override
        public Effect of(ImageSource source) {
            InputSpec input = imagesOf(source, "rotated");
            return (image, strength, random) -> strength == 0
                    ? image
                    : with(image, Turning.turn(image.pixels(), input, Math.toRadians(degrees * strength)));
        }
    }

    /** What is dark becomes light; growing, in a growing share of the images. */
    record Inversion() implements DriftKind {
        @Override
        public Effect of(ImageSource source) {
            imagesOf(source, "inverted");
            return (image, strength, random) -> {
                if (random.nextDouble() >= strength) {
                    return image;
                }
                byte[] pixels = image.pixels().clone();
                for (int i = 0; i < pixels.length; i++) {
                    // 255 - v, as bytes.
                    pixels[i] = (byte) ~pixels[i];
                }
                return with(image, pixels);
            };
        }
    }

    /**
     * Normal noise on every value; growing, of a growing deviation.
     *
     * @param deviation 1 is the way from black to white in images, and 1 in points
     */
    record Noise(double deviation) implements DriftKind {
        @Override
        public Effect of(ImageSource source) {
            return (image, strength, random) -> {
                // Of all generators only this one has its normal distribution specified, on any JDK.
                Random normal = new Random(random.nextLong());
                double scale = deviation * strength;
                if (strength == 0) {
                    return image;
                } else if (image.values() instanceof Values.Point point) {
                    float[] features = point.values().clone();
                    for (int i = 0; i < features.length; i++) {
                        features[i] += (float) (scale * normal.nextGaussian());
                    }
                    return new LabelledImage(image.id(), new Values.Point(features), image.label());
                }
                byte[] pixels = image.pixels().clone();
                for (int i = 0; i < pixels.length; i++) {
                    long value = Math.round((pixels[i] & 0xff) + 255 * scale * normal.nextGaussian());
                    pixels[i] = (byte) Math.max(0, Math.min(255, value));
                }
                return with(image, pixels);
            };
        }
    }

    private static LabelledImage with(LabelledImage image, byte[] pixels) {
        return new LabelledImage(image.id(), pixels, image.label());
    }

    private static int indexOf(String name, ImageSource source) {
        List<String> classes = source.classes();
        int index = classes.indexOf(name);
        if (index < 0) {
            List<String> some = classes.subList(0, Math.min(20, classes.size()));
            throw new IllegalArgumentException("class \"" + name + "\" is none of " + String.join(", ", some)
                    + (some.size() < classes.size() ? ", …" : ""));
        }
        return index;
    }

    private static InputSpec imagesOf(ImageSource source, String changed) {
        if (!source.input().isImage()) {
            throw new IllegalArgumentException("only images can be " + changed + "; the source holds points of shape "
                    + source.input().shape());
        }
        return source.input();
    }
}
