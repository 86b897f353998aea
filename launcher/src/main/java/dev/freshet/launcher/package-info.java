/**
 * The {@code freshet} command: reads options and the configuration file, builds the parts of a process, runs it and turns
 * its end into an exit code. {@link dev.freshet.launcher.Demo} runs all of them in one JVM. The main thread works; a
 * shutdown hook asks it to stop.
 */
@NullMarked
package dev.freshet.launcher;

import org.jspecify.annotations.NullMarked;
