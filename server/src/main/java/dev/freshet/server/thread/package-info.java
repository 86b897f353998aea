/**
 * The server's own threads: started by name, stopped with patience, and never dead unnoticed.
 * A body goes in; what it throws comes out to whoever started it.
 */
@NullMarked
package dev.freshet.server.thread;

import org.jspecify.annotations.NullMarked;
