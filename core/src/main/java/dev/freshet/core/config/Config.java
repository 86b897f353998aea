package dev.freshet.core.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One section of a configuration: typed reads with defaults and ranges.
 *
 * <p>A read never throws for a bad value: it notes the problem and returns the default, so that
 * {@link #requireValid} can report all of them together, unknown keys included. Belongs to the thread that starts
 * the process.
 */
public final class Config {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A second document behind "---" would be passed over in silence.
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h|d)");

    private final String source;
    private final String path;
    private final ObjectNode node;
    private final Reading reading;
    private final Set<String> known;

    private Config(String source, String path, ObjectNode node, Reading reading) {
        this.source = source;
        this.path = path;
        this.node = node;
        this.reading = reading;
        this.known = reading.knownKeys.computeIfAbsent(path, section -> new LinkedHashSet<>());
        reading.sections.put(path, this);
    }

    /** What all sections of one configuration have in common: a section may be read in several places. */
    private static final class Reading {
        final Set<String> problems = new LinkedHashSet<>();
        final Map<String, Set<String>> knownKeys = new LinkedHashMap<>();
        final Map<String, Config> sections = new LinkedHashMap<>();
    }

    /** An empty configuration: every read gives its default. */
    public static Config empty() {
        return root("the configuration", JsonNodeFactory.instance.objectNode());
    }

    /**
     * Reads a YAML file.
     *
     * @throws IllegalArgumentException if the file is missing or is not a YAML mapping
     */
    public static Config load(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("--config " + file + ": there is no such file");
        }
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read --config " + file, e);
        }
    }

    /**
     * Reads YAML text.
     *
     * @param source how messages call it, such as the file's name
     * @throws IllegalArgumentException if the text is not a YAML mapping
     */
    public static Config parse(String yaml, String source) {
        try {
            JsonNode tree = YAML.readTree(yaml);
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                return root(source, JsonNodeFactory.instance.objectNode());
            }
            if (tree instanceof ObjectNode mapping) {
                return root(source, mapping);
            }
            throw new IllegalArgumentException(
                    source + " must be a YAML mapping of sections, was: " + abbreviate(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(source + " is not valid YAML: " + e.getMessage(), e);
        }
    }

    private static Config root(String source, ObjectNode node) {
        return new Config(source, "", node, new Reading());
    }

    /**
     * Sets one value from the command line, over whatever the file says.
     *
     * @param key {@code section.key}; what stands behind the first dot is the key, which may hold more of them
     * @param value {@code null} changes nothing
     */
    public Config override(String key, @Nullable Object value) {
        if (value != null) {
            int dot = key.indexOf('.');
            String section = key.substring(0, dot);
            ObjectNode target = node.get(section) instanceof ObjectNode child ? child : node.putObject(section);
            target.set(key.substring(dot + 1), YAML.valueToTree(value));
        }
        return this;
    }

    /** The section under a key; empty where the file has none. */
    public Config section(String key) {
        JsonNode value = read(key);
        if (value != null && !(value instanceof ObjectNode)) {
            problem(key, abbreviate(value), "must be a mapping");
        }
        ObjectNode child = value instanceof ObjectNode mapping ? mapping : JsonNodeFactory.instance.objectNode();
        return new Config(source, pathOf(key), child, reading);
    }

    /** Whether the key is there with a value. */
    public boolean has(String key) {
        return node.hasNonNull(key);
    }

    /** Whether the key holds a list. */
    public boolean isList(String key) {
        return node.path(key).isArray();
    }

    /** Whether the key holds a section. */
    public boolean isSection(String key) {
        return node.path(key).isObject();
    }

    /** The list of sections under a key; empty where the file has none. */
    public List<Config> sections(String key) {
        JsonNode value = read(key);
        List<Config> items = new ArrayList<>();
        if (value != null && !value.isArray()) {
            problem(key, abbreviate(value), "must be a list");
        } else if (value != null) {
            for (int i = 0; i < value.size(); i++) {
                String item = key + "[" + i + "]";
                if (value.get(i) instanceof ObjectNode mapping) {
                    items.add(new Config(source, pathOf(item), mapping, reading));
                } else {
                    problem(item, abbreviate(value.get(i)), "must be a mapping");
                }
            }
        }
        return items;
    }

    /** A text of at least one character. */
    public String text(String key, String otherwise) {
        JsonNode value = read(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isValueNode() || value.asText().isBlank()) {
            return wrong(key, value, "must be a text", otherwise);
        }
        return value.asText();
    }

    /** A whole number in {@code [min, max]}. */
    public int integer(String key, int otherwise, int min, int max) {
        return (int) wholeNumber(key, otherwise, min, max);
    }

    /** A whole number in {@code [min, max]}. */
    public long wholeNumber(String key, long otherwise, long min, long max) {
        JsonNode value = read(key);
        if (value == null) {
            return otherwise;
        }
        String allowed = "must be a whole number in [" + min + ", " + max + "]";
        long number;
        try {
            number = Long.parseLong(value.asText());
        } catch (NumberFormatException e) {
            return wrong(key, value, allowed, otherwise);
        }
        return number >= min && number <= max ? number : wrong(key, value, allowed, otherwise);
    }

    /** A number in an interval that the caller describes, so that open and closed ends are both possible. */
    public double number(String key, double otherwise, Interval allowed) {
        JsonNode value = read(key);
        if (value == null) {
            return otherwise;
        }
        try {
            double number = Double.parseDouble(value.asText());
            if (allowed.contains(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through: the message is the same as for a number out of range.
        }
        return wrong(key, value, "must be a number in " + allowed, otherwise);
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean otherwise) {
        JsonNode value = read(key);
        if (value == null) {
            return otherwise;
        }
        return switch (value.asText()) {
            case "true" -> true;
            case "false" -> false;
            default -> wrong(key, value, "must be true or false", otherwise);
        };
    }

    /** A duration such as {@code 250ms}, {@code 10s}, {@code 5m}, {@code 1h} or {@code 7d}. */
    public Duration duration(String key, Duration otherwise, Duration min, Duration max) {
        JsonNode value = read(key);
        if (value == null) {
            return otherwise;
        }
        Matcher parts = DURATION.matcher(value.asText());
        String allowed = "must be a duration such as 250ms, 10s or 5m in [" + format(min) + ", " + format(max) + "]";
        if (!parts.matches()) {
            return wrong(key, value, allowed, otherwise);
        }
        double factor =
                switch (parts.group(2)) {
                    case "ms" -> 1;
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 86_400_000;
                };
        Duration duration = Duration.ofMillis(Math.round(Double.parseDouble(parts.group(1)) * factor));
        boolean inRange = duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0;
        return inRange ? duration : wrong(key, value, allowed, otherwise);
    }

    /** One of an enum's constants, written in lower case with dashes. */
    public <E extends Enum<E>> E oneOf(String key, E otherwise) {
        JsonNode value = read(key);
        if (value == null) {
            return otherwise;
        }
        StringJoiner names = new StringJoiner(", ");
        for (E constant : otherwise.getDeclaringClass().getEnumConstants()) {
            if (nameOf(constant).equals(value.asText())) {
                return constant;
            }
            names.add(nameOf(constant));
        }
        return wrong(key, value, "must be one of " + names, otherwise);
    }

    /** A list of numbers; a single number stands for a list of one. */
    public List<Double> numbers(String key, List<Double> otherwise) {
        JsonNode value = read(key);
        if (value == null) {
            return otherwise;
        }
        List<Double> numbers = new ArrayList<>();
        for (JsonNode item :
                value.isArray() ? value : JsonNodeFactory.instance.arrayNode().add(value)) {
            try {
                numbers.add(Double.parseDouble(item.asText()));
            } catch (NumberFormatException e) {
                return wrong(key, value, "must be a list of numbers", otherwise);
            }
        }
        return numbers;
    }

    /** A list of texts. */
    public List<String> texts(String key, List<String> otherwise) {
        JsonNode value = read(key);
        if (value == null) {
            return otherwise;
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : value) {
            if (item.isValueNode() && !item.isNull()) {
                texts.add(item.asText());
            }
        }
        return value.isArray() && texts.size() == value.size()
                ? texts
                : wrong(key, value, "must be a list of texts", otherwise);
    }

    /**
     * Everything in this section as text, unchecked: settings that are handed on to a library. Keys may be nested; lists
     * are joined by commas; a key without a value is left out.
     */
    public Map<String, String> passThrough() {
        Map<String, String> settings = new LinkedHashMap<>();
        flatten("", node, settings);
        node.fieldNames().forEachRemaining(known::add);
        return settings;
    }

    private static void flatten(String prefix, ObjectNode node, Map<String, String> into) {
        node.properties().forEach(entry -> {
            String key = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
            if (entry.getValue() instanceof ObjectNode child) {
                flatten(key, child, into);
            } else if (entry.getValue().isArray()) {
                List<String> items = new ArrayList<>();
                entry.getValue().forEach(item -> items.add(item.asText()));
                into.put(key, String.join(",", items));
            } else if (!entry.getValue().isNull()) {
                into.put(key, entry.getValue().asText());
            }
        });
    }

    /** Sections that another process reads are no mistake here. */
    public Config ignore(String... keys) {
        known.addAll(List.of(keys));
        return this;
    }

    /** Notes a problem that takes more than one value to see. */
    public void problem(String key, Object value, String rule) {
        reading.problems.add(pathOf(key) + " " + rule + ", was " + value);
    }

    /**
     * To be called once after all reads.
     *
     * @throws InvalidConfigurationException with every problem found, unknown keys included
     */
    public void requireValid() {
        List<String> found = new ArrayList<>(reading.problems);
        for (Config section : reading.sections.values()) {
            section.node.fieldNames().forEachRemaining(key -> {
                if (!section.known.contains(key)) {
                    found.add(
                            section.pathOf(key) + " is not a setting; known here: " + String.join(", ", section.known));
                }
            });
        }
        if (!found.isEmpty()) {
            throw new InvalidConfigurationException(source, found);
        }
    }

    /** How an enum constant is written in a configuration: {@code LEAKY_RELU} as {@code leaky-relu}. */
    public static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private @Nullable JsonNode read(String key) {
        known.add(key);
        JsonNode value = node.get(key);
        return value == null || value.isNull() ? null : value;
    }

    private <T> T wrong(String key, JsonNode value, String rule, T otherwise) {
        problem(key, abbreviate(value), rule);
        return otherwise;
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String abbreviate(JsonNode value) {
        String text = value.isTextual() ? "\"" + value.asText() + "\"" : value.toString();
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    private static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 86_400_000 == 0 && millis > 0) {
            return millis / 86_400_000 + "d";
        }
        if (millis % 3_600_000 == 0 && millis > 0) {
            return millis / 3_600_000 + "h";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }
}
