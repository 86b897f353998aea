@NullMarked
package dev.freshet.server.api;

import org.jspecify.annotations.NullMarked;
