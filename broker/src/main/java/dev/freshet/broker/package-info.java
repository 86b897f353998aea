/**
 * The real Apache Kafka broker inside this JVM.
 * In: a {@link dev.freshet.broker.BrokerConfig} with a directory, a port and the host name that clients use.
 * Out: an {@link dev.freshet.broker.EmbeddedBroker} that any Kafka client can talk to, and topics that outlive it.
 * Threads: Kafka starts its own; {@code start} and {@code close} block the thread that calls them.
 * The only package that imports Kafka's server classes, which are no public API of Kafka.
 */
@NullMarked
package dev.freshet.broker;

import org.jspecify.annotations.NullMarked;
