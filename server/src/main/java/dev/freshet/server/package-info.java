/**
 * Serving: the topic {@code models} in, answers out over gRPC, HTTP and Kafka.
 * {@link dev.freshet.server.Server} is the class to read first; whoever starts the process makes one, starts it and
 * closes it.
 */
@NullMarked
package dev.freshet.server;

import org.jspecify.annotations.NullMarked;
