@NullMarked
package dev.freshet.server.kafka;

import org.jspecify.annotations.NullMarked;
