@NullMarked
package dev.freshet.server.admin;

import org.jspecify.annotations.NullMarked;
