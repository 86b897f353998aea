@NullMarked
package dev.freshet.server.thread;

import org.jspecify.annotations.NullMarked;
