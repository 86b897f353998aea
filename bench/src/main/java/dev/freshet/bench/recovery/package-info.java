/**
 * A trainer that is killed again and again. Enters: how often; leaves: whether it ended as one that was left alone, what it
 * learned twice or not at all, and how long it took to learn again. Everything runs on the main thread, the trainer in
 * a process of its own.
 */
@NullMarked
package dev.freshet.bench.recovery;

import org.jspecify.annotations.NullMarked;
