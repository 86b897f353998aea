package dev.freshet.bench.scoring;

/** What a request's sender may rely on. */
public enum Guarantee {
    EXACTLY_ONCE("exactly_once_v2", "exactly-once"),
    AT_LEAST_ONCE("at_least_once", "at-least-once");

    private final String streams;
    private final String title;

    Guarantee(String streams, String title) {
        this.streams = streams;
        this.title = title;
    }

    /** As Kafka Streams calls it. */
    String streams() {
        return streams;
    }

    /** As people and {@code --guarantees} call it. */
    public String title() {
        return title;
    }

    /** @throws IllegalArgumentException if there is none of that title */
    public static Guarantee of(String title) {
        for (Guarantee guarantee : values()) {
            if (guarantee.title.equals(title)) {
                return guarantee;
            }
        }
        throw new IllegalArgumentException("guarantee \"" + title + "\" is neither exactly-once nor at-least-once");
    }
}
