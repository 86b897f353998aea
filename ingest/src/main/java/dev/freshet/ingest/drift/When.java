package dev.freshet.ingest.drift;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From which record on a drift is there, and how much of it. */
sealed interface When {
    /** How it is written, for messages and help. */
    String FORMS = "WHEN is a record's number, from 0: 20000 (from that record on), 20000-30000 (more and more from the"
            + " first to the second) or 20000/10000 (for 10000 records from the first on, then not for 10000, and so on)";

    /** From this record on. */
    record From(long first) implements When {}

    /** More and more. */
    record Growing(long first, long whole) implements When {}

    /** There and gone in turn, for as many records each. */
    record Recurring(long first, long length) implements When {}

    /** Of the drift that there is at a record, in [0, 1]. */
    default double strength(long number) {
        if (this instanceof Growing growing) {
            double share = (double) (number - growing.first) / (growing.whole - growing.first);
            return Math.max(0, Math.min(1, share));
        } else if (this instanceof Recurring recurring) {
            long since = number - recurring.first;
            return since >= 0 && since / recurring.length % 2 == 0 ? 1 : 0;
        }
        return number >= ((From) this).first ? 1 : 0;
    }

    /** @throws IllegalArgumentException if it is of no accepted form, with what is wrong */
    static When parse(String text) {
        // 18 digits fit a long whatever they are.
        Matcher parts = Pattern.compile("([0-9]{1,18})(?:([-/])([0-9]{1,18}))?").matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" says not when");
        }
        long first = Long.parseLong(parts.group(1));
        if (parts.group(2) == null) {
            return new From(first);
        }
        long second = Long.parseLong(parts.group(3));
        if (parts.group(2).equals("/")) {
            if (second == 0) {
                throw new IllegalArgumentException("it must last for at least 1 record, was " + text);
            }
            return new Recurring(first, second);
        }
        if (second <= first) {
            throw new IllegalArgumentException("it must end after it has begun, was " + text);
        }
        return new Growing(first, second);
    }
}
