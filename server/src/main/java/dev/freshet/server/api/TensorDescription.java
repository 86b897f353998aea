package dev.freshet.server.api;

import java.util.List;

/**
 * What is known of an input or output before anybody asks.
 *
 * @param shape -1 stands for any number of examples
 */
public record TensorDescription(String name, String datatype, List<Long> shape) {}
