package dev.freshet.server.kafka;

import dev.freshet.core.registry.CanarySplit;
import dev.freshet.server.model.Route;

/**
 * The requests of a poll that one version answers. Immutable.
 *
 * @param route main or canary
 * @param split between the two; none where main answers all of them
 */
record Share(Route route, CanarySplit split) {
    /** @param id of a request */
    boolean has(String id) {
        return split.isNone() || split.takes(id) == (route.role() == Route.Role.CANARY);
    }
}
