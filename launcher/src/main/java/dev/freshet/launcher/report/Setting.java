package dev.freshet.launcher.report;

/**
 * One row at the top of a report: what was run, or a figure that came of it.
 *
 * @param name such as {@code mini-batch}
 * @param value as it is to be shown, such as {@code 64}
 */
public record Setting(String name, String value) {}
