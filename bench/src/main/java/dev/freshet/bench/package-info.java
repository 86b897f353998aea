/**
 * The command {@code ./freshet bench}: reads options, runs one benchmark, writes its rows. Each benchmark is a package
 * beside this one; the main thread drives it, and what is measured runs in processes of its own.
 */
@NullMarked
package dev.freshet.bench;

import org.jspecify.annotations.NullMarked;
