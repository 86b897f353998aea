/**
 * Child processes of a benchmark, from the parent's side: started, given orders one at a time, ended with the parent. Each
 * contender runs in one, with a class path and flags of its own, so that none changes what another's compiler, heap or
 * thread pools do.
 */
@NullMarked
package dev.freshet.bench.process;

import org.jspecify.annotations.NullMarked;
