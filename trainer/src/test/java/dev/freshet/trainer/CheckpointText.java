package dev.freshet.trainer;

import dev.freshet.core.model.NamedTensor;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What matters of a checkpoint as text, for comparing: all but when it was made. */
final class CheckpointText {
    private CheckpointText() {}

    static Map<String, String> of(Checkpoint checkpoint) {
        Map<String, String> text = new TreeMap<>();
        text.put("version", Long.toString(checkpoint.version()));
        text.put("position", checkpoint.position().next().toString());
        text.put("taken", checkpoint.taken().toString());
        text.put("examples", Long.toString(checkpoint.examples()));
        text.put("steps", Long.toString(checkpoint.steps()));
        text.put("epoch", String.valueOf(checkpoint.epoch()));
        text.put("hold-out", checkpoint.holdOut().toString());
        text.put("unfinished", checkpoint.unfinished().toString());
        text.put("counters", new TreeMap<>(checkpoint.network().counters()).toString());
        for (NamedTensor tensor : checkpoint.network().weights().tensors()) {
            text.put(tensor.name(), hash(tensor.values()));
        }
        checkpoint.network().arrays().forEach((name, values) -> text.put(name, hash(values)));
        checkpoint.memories().forEach((name, memory) -> text.put(name, Arrays.toString(memory)));
        return text;
    }

    private static String hash(float[] values) {
        return values.length + " values " + Arrays.hashCode(values);
    }
}
