@NullMarked
package dev.freshet.server.http;

import org.jspecify.annotations.NullMarked;
