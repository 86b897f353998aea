/**
 * Our own inner steps under JMH, one at a time, with what they allocate: for whoever changes one and wants to know what it
 * did. Comparisons with others are in the packages beside this one.
 */
@NullMarked
package dev.freshet.bench.jmh;

import org.jspecify.annotations.NullMarked;
