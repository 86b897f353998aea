/**
 * What tests of every module share: a Kafka broker, tiny data sets and a clock that tests move.
 * In: nothing from outside; data is generated from seeds.
 * Out: {@link dev.freshet.testkit.KafkaBroker} by {@link dev.freshet.testkit.KafkaBrokerExtension},
 * {@link dev.freshet.testkit.Blobs}, {@link dev.freshet.testkit.IdxFiles}, {@link dev.freshet.testkit.MovableClock}.
 * Threads: those of the test; the broker and the clock may be shared by several.
 */
@NullMarked
package dev.freshet.testkit;

import org.jspecify.annotations.NullMarked;
