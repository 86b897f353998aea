/**
 * How soon drift is noticed, how often there is said to be drift where there is none, and what reactions are worth: simulated
 * streams of right and wrong answers go through the detectors with their defaults, streams of drawn digits through a network;
 * rows of a report come out. One thread, no files, no broker.
 */
@NullMarked
package dev.freshet.bench.drift;

import org.jspecify.annotations.NullMarked;
