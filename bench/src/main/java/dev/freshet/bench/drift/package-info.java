/**
 * How soon drift is noticed, how often there is said to be drift where there is none, and what reactions are worth: simulated
 * streams of right and wrong answers go through the detectors with their defaults, streams of images that drift through what a
 * trainer is made of; rows of a report come out. One thread; a broker only to show that it makes no difference.
 */
@NullMarked
package dev.freshet.bench.drift;

import org.jspecify.annotations.NullMarked;
