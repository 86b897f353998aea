package dev.freshet.core.registry;

/**
 * Who makes a change and why, for the audit trail.
 *
 * @param who a name, in 1 to 200 characters
 * @param why in 1 to 2000 characters
 */
public record Authorship(String who, String why) {
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_REASON = 2_000;

    public Authorship {
        who = who.strip();
        why = why.strip();
        require(!who.isEmpty() && who.length() <= LONGEST_NAME, "who must be a name of 1 to 200 characters");
        require(!why.isEmpty() && why.length() <= LONGEST_REASON, "why must be a reason of 1 to 2000 characters");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
