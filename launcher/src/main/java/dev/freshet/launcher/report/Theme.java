package dev.freshet.launcher.report;

import java.awt.Color;
import java.util.List;

/** The colours of pictures on a light and on a dark page; those of the page itself are in {@code page.css}. */
enum Theme {
    LIGHT(0xffffff, 0x1c2127, 0x667080, 0xdfe2e7, 0x2f6fdb, 0xd0660a, 0x12805c, 0xc2362b),
    DARK(0x1b2128, 0xe6eaef, 0x98a3b1, 0x36404c, 0x73a6ff, 0xf2a154, 0x45c596, 0xf0796e);

    /** For colour-blind readers, too: Okabe and Ito, "Color Universal Design", 2008, without yellow and black. */
    private static final List<Color> CLASSES = List.of(
            new Color(0x0072b2),
            new Color(0xd55e00),
            new Color(0x009e73),
            new Color(0xcc79a7),
            new Color(0xe69f00),
            new Color(0x56b4e9));

    final Color paper;
    final Color ink;
    final Color faint;
    final Color line;
    final Color training;
    final Color validation;
    final Color right;
    final Color wrong;

    Theme(int paper, int ink, int faint, int line, int training, int validation, int right, int wrong) {
        this.paper = new Color(paper);
        this.ink = new Color(ink);
        this.faint = new Color(faint);
        this.line = new Color(line);
        this.training = new Color(training);
        this.validation = new Color(validation);
        this.right = new Color(right);
        this.wrong = new Color(wrong);
    }

    /** Of a class in the plane; with more than six of them colours come again. */
    static Color ofClass(int index) {
        return CLASSES.get(index % CLASSES.size());
    }

    /** @param share of the second colour, in [0, 1] */
    static Color mix(Color one, Color other, double share) {
        return new Color(
                mix(one.getRed(), other.getRed(), share),
                mix(one.getGreen(), other.getGreen(), share),
                mix(one.getBlue(), other.getBlue(), share));
    }

    private static int mix(int one, int other, double share) {
        return (int) Math.round(one + (other - one) * share);
    }

    /** Black or white, whichever stands out more; contrast as WCAG 2.2 defines it. */
    static Color readableOn(Color background) {
        double luminance = 0.2126 * linear(background.getRed())
                + 0.7152 * linear(background.getGreen())
                + 0.0722 * linear(background.getBlue());
        // Here (1 + 0.05) / (L + 0.05) equals (L + 0.05) / 0.05.
        return luminance > 0.179 ? Color.BLACK : Color.WHITE;
    }

    private static double linear(int component) {
        double value = component / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
