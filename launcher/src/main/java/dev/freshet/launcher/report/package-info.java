/**
 * The report of a recipe run: a {@link dev.freshet.launcher.report.RunReport} goes in, pictures come out, drawn with
 * Java2D without a display. The caller's thread does it all.
 */
@NullMarked
package dev.freshet.launcher.report;

import org.jspecify.annotations.NullMarked;
