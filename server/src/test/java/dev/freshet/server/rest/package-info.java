@NullMarked
package dev.freshet.server.rest;

import org.jspecify.annotations.NullMarked;
