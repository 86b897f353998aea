package dev.freshet.launcher;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class FreshetVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"freshet " + text() + " (Java " + Runtime.version() + ")"};
    }

    /** From the jar's manifest; a class folder has none. */
    static String text() {
        String version = FreshetVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
