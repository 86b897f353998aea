/**
 * What the contenders of the engine benchmark have in common, each in a process of its own that a benchmark drives through
 * standard input: a {@link dev.freshet.bench.peer.Workload} from a file goes in, losses, probabilities and times come out.
 * Needs nothing but the JDK, because peers with other libraries than ours are compiled with it. One thread, the main one.
 */
@NullMarked
package dev.freshet.bench.peer;

import org.jspecify.annotations.NullMarked;
