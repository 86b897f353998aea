/**
 * How a model is trained: optimizer, learning-rate schedule, regularisation, first weights. Plain values, read from the
 * configuration; engines carry out what they say. Immutable but for {@link dev.freshet.core.training.LearningRate}.
 */
@NullMarked
package dev.freshet.core.training;

import org.jspecify.annotations.NullMarked;
