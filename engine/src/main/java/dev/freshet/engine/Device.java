package dev.freshet.engine;

/** What an engine computes on. */
public enum Device {
    CPU,
    GPU
}
