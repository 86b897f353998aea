/**
 * Predictions a second through Kafka, from {@code requests} to {@code predictions}: Freshet's server against the pattern that
 * everyone builds, Kafka Streams with ONNX Runtime, a record at a time. Same broker, same topics, same records;
 * {@link dev.freshet.bench.scoring.ScoringBenchmark} drives a process for each, and both must give the same answers.
 * {@link dev.freshet.bench.scoring.KafkaEchoBenchmark} holds the server against an echo without a model instead.
 * {@link dev.freshet.bench.scoring.ServingRecoveryBenchmark} kills Freshet's server meanwhile.
 */
@NullMarked
package dev.freshet.bench.scoring;

import org.jspecify.annotations.NullMarked;
