package dev.freshet.core.model;

import dev.freshet.core.config.Config;

/** What a model may be called: the name is part of record keys, of transactional ids and of URLs. Stateless. */
public final class ModelName {
    private static final String RULE = "must consist of letters, digits, '.', '_' and '-'";
    private static final String OTHERWISE = "default";

    private ModelName() {}

    /** @throws IllegalArgumentException if a model may not be called that */
    public static void require(String name) {
        if (!isAllowed(name)) {
            throw new IllegalArgumentException("a model's name " + RULE + ", was \"" + name + "\"");
        }
    }

    /** Reads {@code name} in the section {@code model}; {@code default} where it says nothing, or something wrong. */
    public static String from(Config model) {
        String name = model.text("name", OTHERWISE);
        if (isAllowed(name)) {
            return name;
        }
        model.problem("name", "\"" + name + "\"", RULE);
        return OTHERWISE;
    }

    private static boolean isAllowed(String name) {
        return name.matches("[A-Za-z0-9._-]+");
    }
}
