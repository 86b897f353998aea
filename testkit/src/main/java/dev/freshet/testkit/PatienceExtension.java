package dev.freshet.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets {@code await()} wait a minute instead of ten seconds in all tests of a module that has the testkit: what a test
 * waits for comes sooner or later, and later on a machine that is busy with something else. JUnit finds it by its service
 * file.
 */
public final class PatienceExtension implements BeforeAllCallback {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(PATIENCE);
    }
}
