@NullMarked
package dev.freshet.server.grpc;

import org.jspecify.annotations.NullMarked;
