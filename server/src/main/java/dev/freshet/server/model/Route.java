package dev.freshet.server.model;

import dev.freshet.core.config.Config;

/**
 * Which of the loaded versions a request goes to; what that is decides itself when it is scored. Immutable.
 *
 * @param name version or label of a named one; empty for the others
 */
public record Route(Role role, String name) {
    /** The version that answers. */
    public static final Route MAIN = new Route(Role.MAIN, "");
    /** The one labelled canary, or the version that answers where there is none any more. */
    public static final Route CANARY = new Route(Role.CANARY, "");

    /** Why a version scores a request. */
    public enum Role {
        MAIN,
        CANARY,
        /** The request names the version. */
        NAMED;

        /** As a meter's tag has it. */
        public String tag() {
            return Config.nameOf(this);
        }
    }

    static Route named(String versionOrLabel) {
        return new Route(Role.NAMED, versionOrLabel);
    }
}
