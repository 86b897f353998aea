@NullMarked
package dev.freshet.server.model;

import org.jspecify.annotations.NullMarked;
