/**
 * How soon drift is noticed and how often there is said to be drift where there is none: simulated streams of right and
 * wrong answers go through the detectors with their defaults, rows of a report come out. One thread, no files, no broker.
 */
@NullMarked
package dev.freshet.bench.drift;

import org.jspecify.annotations.NullMarked;
