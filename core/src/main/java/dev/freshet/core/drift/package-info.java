/**
 * Does the stream still say what it said: whether each example was answered wrongly goes in, whether the share of wrong
 * answers has changed comes out, and what a trainer is to do about it for how long. Pure computation; each object belongs
 * to the training thread.
 */
@NullMarked
package dev.freshet.core.drift;

import org.jspecify.annotations.NullMarked;
