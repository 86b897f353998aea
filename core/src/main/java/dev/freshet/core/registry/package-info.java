/**
 * Which of the published versions are to be served, by decision of people: pin, labels, canary, quarantine. A
 * {@link dev.freshet.core.registry.Change} and the state before it come in, the state after it or a refusal goes out.
 * Values and functions only, for any thread; {@link dev.freshet.core.kafka.Registry} keeps the state.
 */
@NullMarked
package dev.freshet.core.registry;

import org.jspecify.annotations.NullMarked;
