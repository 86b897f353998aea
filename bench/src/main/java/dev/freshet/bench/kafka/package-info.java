/**
 * What the benchmarks through Kafka have in common: a broker in this JVM, topics that are filled before the clock runs, and
 * how far a topic has come. The broker runs in the process that drives a benchmark, and what is measured does not.
 */
@NullMarked
package dev.freshet.bench.kafka;

import org.jspecify.annotations.NullMarked;
