package dev.freshet.launcher;

/**
 * Whether a person is watching. The script says so: Java alone cannot tell before version 22, and tells something else
 * through {@code System.console()} since.
 */
final class Terminal {
    private Terminal() {}

    static boolean isStandardOutput() {
        return Boolean.getBoolean("freshet.terminal.out");
    }

    static boolean isStandardError() {
        return Boolean.getBoolean("freshet.terminal.err");
    }
}
