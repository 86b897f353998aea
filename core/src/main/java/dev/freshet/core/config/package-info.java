/**
 * Settings: a YAML file and command-line overrides go in, validated values come out.
 * A process reads its configuration once, in main; nobody else sees files or the environment.
 * Every problem is collected and reported together. Single-threaded.
 */
@NullMarked
package dev.freshet.core.config;

import org.jspecify.annotations.NullMarked;
