/**
 * What a model is: its spec, its weights, and the snapshot in which both travel with the offsets they cover.
 * Snapshots are immutable and cross threads freely; codecs turn them into record values and back.
 */
@NullMarked
package dev.freshet.core.model;

import org.jspecify.annotations.NullMarked;
