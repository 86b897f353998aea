/**
 * What the gate's settings cost and save: a network learns drawn digits once, and every gate decides on the same candidates;
 * then equal networks challenge each other. Options go in, rows of a report come out. One thread, no broker.
 */
@NullMarked
package dev.freshet.bench.gate;

import org.jspecify.annotations.NullMarked;
