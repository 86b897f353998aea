/**
 * Which examples are kept to be learned from again: the place and class of each example of the stream go in, the slot to
 * keep it in comes out. Knows where examples are, not what is in them. Pure computation; an index belongs to the training
 * thread.
 */
@NullMarked
package dev.freshet.core.replay;

import org.jspecify.annotations.NullMarked;
