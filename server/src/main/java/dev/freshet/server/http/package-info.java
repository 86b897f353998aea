/**
 * One port for everything that speaks HTTP: meters for Prometheus, health, the front page, and the routes that other
 * packages add. Runs on Armeria's event loops; whatever takes longer moves to a pool first. Trainer and ingest
 * processes export their meters with it, too.
 */
@NullMarked
package dev.freshet.server.http;

import org.jspecify.annotations.NullMarked;
