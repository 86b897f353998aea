/**
 * Which versions there are and what is served, for people, over gRPC and JSON. Requests come in on an event loop; what has
 * to ask Kafka does so on threads that may block, and the answer goes out from there. Changes reach the server itself as
 * they reach all others, through the topic {@code serving}.
 */
@NullMarked
package dev.freshet.server.admin;

import org.jspecify.annotations.NullMarked;
