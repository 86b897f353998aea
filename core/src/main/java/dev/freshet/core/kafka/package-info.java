/**
 * What every process says to Kafka in the same way: topic names and settings, client settings, dead letters.
 * The only package of core that imports Kafka's client; it opens no connection of its own accord.
 */
@NullMarked
package dev.freshet.core.kafka;

import org.jspecify.annotations.NullMarked;
