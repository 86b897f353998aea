/**
 * What a benchmark has found: rows that compare a figure of ours with a baseline's, as a table for people, as JSON for
 * scripts, as a picture. Rows go in; nothing here measures anything.
 */
@NullMarked
package dev.freshet.bench.report;

import org.jspecify.annotations.NullMarked;
