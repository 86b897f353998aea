package dev.freshet.server.api;

import java.util.List;

/**
 * One output of an answer.
 *
 * @param shape the examples' number first
 * @param raw whether it is to travel as little-endian bytes
 */
public record OutputTensor(String name, Datatype datatype, List<Long> shape, TensorData data, boolean raw) {}
