package dev.freshet.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The child's side of a peer process: reads one order a line, does it, and answers with one line. Between orders it
 * waits on standard input and costs nothing; when its parent is gone, it ends.
 */
public final class Orders {
    /** What an answer begins with: whatever else a library prints is no answer. */
    public static final String DONE = "done:";

    public static final String FAILED = "failed:";

    private final Map<String, Order> orders = new LinkedHashMap<>();

    /** What a peer can be told to do. */
    public interface Order {
        /**
         * Does it.
         *
         * @return the answer, one line
         */
        String obey(List<String> arguments) throws Exception;
    }

    /**
     * Adds an order; its name and its arguments are separated by spaces.
     *
     * @return this
     */
    public Orders on(String name, Order order) {
        orders.put(name, order);
        return this;
    }

    /** Obeys until standard input ends. */
    public void obey() throws IOException {
        PrintStream answers = System.out;
        // Libraries print what they like; it belongs to a person, not to the parent.
        System.setOut(System.err);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(answer(List.of(line.split(" "))));
            answers.flush();
        }
    }

    private String answer(List<String> words) {
        Order order = orders.get(words.get(0));
        if (order == null) {
            return FAILED + " there is no order " + words.get(0);
        }
        try {
            return DONE + " " + order.obey(words.subList(1, words.size()));
        } catch (Exception | LinkageError e) {
            // The outermost frame: a native library that is missing is told to the parent like everything else.
            e.printStackTrace();
            return FAILED + " " + String.valueOf(e).lines().findFirst().orElse("");
        }
    }

    /** Numbers as an answer. */
    static String join(double... numbers) {
        return String.join(
                " ", Arrays.stream(numbers).mapToObj(Double::toString).toList());
    }
}
