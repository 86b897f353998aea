/**
 * The names, units and descriptions of every meter that Freshet exports. Dashboards and alerts use only these.
 */
@NullMarked
package dev.freshet.core.metrics;

import org.jspecify.annotations.NullMarked;
