/** Tests of serving, with a plain forward pass as engine: real scores without native libraries. */
@NullMarked
package dev.freshet.server;

import org.jspecify.annotations.NullMarked;
