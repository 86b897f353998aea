package dev.freshet.ingest.digits;

import java.util.SplittableRandom;

/** What pen, paper and camera do to a clean shape: stroke thickness, blur, faint ink and noise. */
final class Finish {
    private static final int SIZE = DigitDrawing.SIZE;

    private final float[] rows = new float[SIZE * SIZE];

    /**
     * Makes a picture of a canvas.
     *
     * @param canvas {@code [28][28]}, coverage; used up
     */
    byte[] apply(float[] canvas, SplittableRandom random) {
        blur(canvas, (float) Pose.between(random, 0.05, 0.25));
        // Cutting a blurred edge lower or higher moves it outwards or inwards: thickness, in constant time.
        float cut = (float) Pose.between(random, -0.03, 0.2);
        float gain = (float) Pose.between(random, 1.1, 2.5);
        float ink = (float) Pose.between(random, 0.6, 1);
        for (int i = 0; i < canvas.length; i++) {
            canvas[i] = canvas[i] == 0 ? 0 : ink * Math.max(0, Math.min(1, (canvas[i] - cut) * gain));
        }
        blur(canvas, (float) Pose.between(random, 0, 0.25));
        return withNoise(canvas, (float) Pose.between(random, 0, 0.1), random);
    }

    /** Convolves with {@code [side, 1 - 2·side, side]} in both directions; outside is black. */
    void blur(float[] canvas, float side) {
        float middle = 1 - 2 * side;
        for (int y = 0; y < SIZE; y++) {
            int row = y * SIZE;
            float left = 0;
            float here = canvas[row];
            for (int x = 0; x < SIZE; x++) {
                float right = x + 1 < SIZE ? canvas[row + x + 1] : 0;
                rows[row + x] = middle * here + side * (left + right);
                left = here;
                here = right;
            }
        }
        for (int i = 0; i < canvas.length; i++) {
            float above = i >= SIZE ? rows[i - SIZE] : 0;
            float below = i + SIZE < canvas.length ? rows[i + SIZE] : 0;
            canvas[i] = middle * rows[i] + side * (above + below);
        }
    }

    /** Noise of the given deviation, nearly normal: the sum of four of a random long's eight bytes, two values each. */
    private static byte[] withNoise(float[] canvas, float deviation, SplittableRandom random) {
        // A byte has variance (256² - 1) / 12; four of them the fourfold.
        float scale = deviation / (float) Math.sqrt(4 * 65_535 / 12.0);
        byte[] pixels = new byte[canvas.length];
        for (int i = 0; i < pixels.length; i += 2) {
            long bits = random.nextLong();
            pixels[i] = toByte(canvas[i] + scale * (sumOfBytes((int) bits) - 510));
            pixels[i + 1] = toByte(canvas[i + 1] + scale * (sumOfBytes((int) (bits >>> 32)) - 510));
        }
        return pixels;
    }

    private static int sumOfBytes(int bits) {
        return (bits & 0xff) + (bits >>> 8 & 0xff) + (bits >>> 16 & 0xff) + (bits >>> 24);
    }

    private static byte toByte(float value) {
        return (byte) (int) (255 * Math.max(0, Math.min(1, value)) + 0.5f);
    }
}
