/**
 * Published versions as ONNX files, for runtimes that are not ours. Beside the engines, because it says once more what
 * they compute; in none of them, because no engine needs it. A snapshot goes in, a file's bytes come out, on the
 * caller's thread.
 */
@NullMarked
package dev.freshet.engine.onnx;

import org.jspecify.annotations.NullMarked;
