package dev.freshet.core.config;

import java.util.List;

/** A configuration that cannot be started with; names every problem at once, so that one edit mends them all. */
public final class InvalidConfigurationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    InvalidConfigurationException(String source, List<String> problems) {
        super(source + " has " + problems.size() + (problems.size() == 1 ? " problem:\n  " : " problems:\n  ")
                + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each: the key, the value that was given and the allowed range. */
    public List<String> problems() {
        return problems;
    }
}
