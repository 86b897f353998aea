package dev.freshet.server.api;

import java.util.List;

/**
 * The protocol's metadata of a model.
 *
 * @param versions that may be asked for by number
 */
public record ModelDescription(
        String name,
        List<String> versions,
        String platform,
        List<TensorDescription> inputs,
        List<TensorDescription> outputs) {}
