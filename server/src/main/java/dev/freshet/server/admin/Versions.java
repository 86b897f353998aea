package dev.freshet.server.admin;

import dev.freshet.core.registry.Serving;
import java.util.List;

/**
 * A page of the versions of a model.
 *
 * @param state what people have decided
 * @param versions the newest first
 */
record Versions(Serving state, List<VersionStatus> versions) {}
