package dev.freshet.bench.drift;

import java.util.List;

/**
 * What a trainer does about drift.
 *
 * @param name for options and tables
 * @param replay settings of the section {@code replay}
 * @param drift settings of the section {@code drift}
 */
record Setting(String name, String replay, String drift) {
    private static final String BALANCED = "selection: class-balanced";
    private static final String HALF = "share: 0.5";

    static final Setting NONE = new Setting("none", "", "reaction: none");

    /** Those that there are. */
    static final List<Setting> ALL = List.of(
            NONE,
            new Setting("rewarm", "", "reaction: rewarm"),
            new Setting("reset-optimizer", "", "reaction: reset-optimizer"),
            new Setting("replay", "", "reaction: replay"),
            new Setting("replay-balanced", BALANCED, "reaction: replay"),
            new Setting("always-replay", HALF, "reaction: none"),
            new Setting("replay-less", HALF, "reaction: replay, replay-share: 0"));

    /** @throws IllegalArgumentException if there is none of that name */
    static Setting named(String name) {
        return ALL.stream()
                .filter(setting -> setting.name.equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("--reactions: \"" + name + "\" is none of "
                        + ALL.stream().map(Setting::name).toList()));
    }
}
