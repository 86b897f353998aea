package dev.freshet.bench.engine;

import dev.freshet.core.model.InputSpec;

/** What the configurations learn. */
public enum DataSet {
    MNIST("MNIST", 10, "idx", "mnist", 0.81),
    CIFAR_10("CIFAR-10", 10, "cifar10", "cifar10", 0.004),
    /** Drawn from a seed, so it is there everywhere. */
    CIRCLES("circles", 2, "circles", "", 0);

    private final String title;
    private final int classes;
    private final String kind;
    private final String folder;
    private final double zeros;

    DataSet(String title, int classes, String kind, String folder, double zeros) {
        this.title = title;
        this.classes = classes;
        this.kind = kind;
        this.folder = folder;
        this.zeros = zeros;
    }

    public String title() {
        return title;
    }

    public InputSpec input() {
        return switch (this) {
            case MNIST -> InputSpec.image(1, 28, 28);
            case CIFAR_10 -> InputSpec.image(3, 32, 32);
            case CIRCLES -> InputSpec.point(2);
        };
    }

    public int classes() {
        return classes;
    }

    /** As sources are written. */
    String kind() {
        return kind;
    }

    /** Where its files are in a folder of data sets; empty where it has none. */
    String folder() {
        return folder;
    }

    /** Share of its values that are 0. */
    double zeros() {
        return zeros;
    }
}
