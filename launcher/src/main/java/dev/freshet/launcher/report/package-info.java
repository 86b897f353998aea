/**
 * The report of a recipe run: a {@link dev.freshet.launcher.report.RunReport} goes in, a folder with one page and its
 * pictures comes out through {@link dev.freshet.launcher.report.ReportWriter}. The page is complete in itself and needs
 * no network; the pictures are PNG files too, drawn with Java2D without a display. The caller's thread does it all.
 */
@NullMarked
package dev.freshet.launcher.report;

import org.jspecify.annotations.NullMarked;
