package dev.freshet.server.model;

import dev.freshet.core.model.Manifest;
import dev.freshet.core.registry.CanarySplit;
import dev.freshet.core.registry.Serving;
import dev.freshet.engine.Scorer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The versions that are loaded: the one that answers, and those that are asked for by number or label. The follower
 * loads and assigns them, every path that scores leases one.
 *
 * <p>All methods from any thread; no reader ever waits for a swap, no swap for a reader.
 */
public final class ServedModel implements AutoCloseable {
    private final String name;
    private final CountDownLatch first = new CountDownLatch(1);
    /** Replaced as a whole, under this object's lock; read without it. */
    private volatile Roster roster = Roster.NONE;

    private volatile @Nullable Shadow shadow;
    private volatile boolean closed;

    /** @param name the model's name */
    public ServedModel(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /**
     * Takes the version that answers now, to be closed after scoring: {@code try (Lease version = served.acquire())}.
     *
     * @throws NoModelException if there is none
     */
    public Lease acquire() {
        return acquire(Route.MAIN);
    }

    /**
     * Takes the version that a request goes to now.
     *
     * @throws NotLoadedException if the request names one that is not loaded
     * @throws NoModelException if nothing answers
     */
    public Lease acquire(Route route) {
        Lease lease = lease(route);
        if (lease == null) {
            throw missing(route);
        }
        return lease;
    }

    /**
     * Takes a version by number or label.
     *
     * @param versionOrLabel such as {@code 7} or {@code shadow}
     * @return empty where no such version is loaded
     */
    public Optional<Lease> find(String versionOrLabel) {
        return Optional.ofNullable(lease(Route.named(versionOrLabel)));
    }

    private @Nullable Lease lease(Route route) {
        while (true) {
            LoadedVersion version = roster.find(route);
            if (version == null) {
                return null;
            }
            // Fails only where it was let go in between, so the next round finds another roster.
            if (version.hold()) {
                return new Lease(version, shadow);
            }
        }
    }

    private RuntimeException missing(Route route) {
        Roster now = roster;
        if (closed) {
            return new NoModelException("the server is closing");
        }
        if (now.main() == null) {
            return new NoModelException("no version of model " + name + " has been loaded yet");
        }
        return new NotLoadedException("version \"" + route.name() + "\" of model " + name + " is not served; "
                + String.join(", ", now.names()) + (now.names().size() == 1 ? " is" : " are"));
    }

    /**
     * Where a request goes.
     *
     * @param versionOrLabel that it names; empty for whichever the server chooses
     * @param id of the request, which decides whether the canary answers; empty for none
     */
    public Route route(String versionOrLabel, String id) {
        if (!versionOrLabel.isEmpty()) {
            return Route.named(versionOrLabel);
        }
        return roster.split().takes(id) ? Route.CANARY : Route.MAIN;
    }

    /**
     * Has what is scored from now on scored by another version, too.
     *
     * @param next stays the caller's; null to end it
     */
    void compareWith(@Nullable Shadow next) {
        shadow = next;
    }

    /** Which requests the canary answers; none of them where there is no canary besides the version that answers. */
    public CanarySplit split() {
        return roster.split();
    }

    /**
     * Takes a version among those that can be asked for by number; it stays loaded if the next {@link #assign} has a use
     * for it. One that is loaded already stays as it is, and the scorer is closed.
     *
     * @param scorer warmed up; belongs to this object from now on
     */
    public synchronized void load(Manifest manifest, Scorer scorer) {
        if (closed || roster.loaded().containsKey(manifest.version())) {
            scorer.close();
            return;
        }
        NavigableMap<Long, LoadedVersion> loaded = new TreeMap<>(roster.loaded());
        loaded.put(manifest.version(), new LoadedVersion(manifest, scorer));
        roster = new Roster(loaded, roster.main(), roster.labels(), roster.split());
    }

    /**
     * Says what each loaded version is there for; one that is there for nothing is closed when its leases are.
     *
     * @param main the version that answers; null for none
     * @param labels of loaded versions
     * @param split between main and the version labelled canary
     * @throws IllegalArgumentException if one of them is not loaded
     */
    public synchronized void assign(@Nullable Long main, Map<String, Long> labels, CanarySplit split) {
        if (closed) {
            return;
        }
        Roster before = roster;
        if (main != null && !before.loaded().containsKey(main)) {
            throw new IllegalArgumentException("version " + main + " is not loaded");
        }
        NavigableMap<Long, LoadedVersion> kept = new TreeMap<>(before.loaded());
        kept.keySet().removeIf(version -> !version.equals(main) && !labels.containsValue(version));
        roster = new Roster(kept, main == null ? null : kept.get(main), labels, split);
        letGo(before.loaded(), kept);
        if (main != null) {
            first.countDown();
        }
    }

    private static void letGo(Map<Long, LoadedVersion> before, Map<Long, LoadedVersion> kept) {
        Map<Long, LoadedVersion> gone = new HashMap<>(before);
        gone.keySet().removeAll(kept.keySet());
        gone.values().forEach(LoadedVersion::letGo);
    }

    /** The version that answers now; 0 before the first. */
    public long version() {
        LoadedVersion version = roster.main();
        return version == null ? 0 : version.version();
    }

    /** What is known of the version that answers now. */
    public Optional<Manifest> manifest() {
        return manifest(Route.MAIN);
    }

    /** What is known of the version that a request goes to now; empty where there is none. */
    public Optional<Manifest> manifest(Route route) {
        return Optional.ofNullable(roster.find(route)).map(LoadedVersion::manifest);
    }

    /** Numbers of the loaded versions, ascending. */
    public List<Long> versions() {
        return List.copyOf(roster.loaded().keySet());
    }

    /** The version that answers a share of the requests beside the one that answers now; 0 for none. */
    public long canaryVersion() {
        Roster now = roster;
        Long canary = now.split().isNone() ? null : now.labels().get(Serving.CANARY);
        return canary == null ? 0 : canary;
    }

    /** Loaded versions by label. */
    public Map<String, Long> labels() {
        return roster.labels();
    }

    /** Whether this version can be asked for by number. */
    public boolean isLoaded(long version) {
        return roster.loaded().containsKey(version);
    }

    /** Whether a version answers. */
    public boolean isLoaded() {
        return roster.main() != null;
    }

    /** Waits for the first version; false if none came in time. */
    public boolean awaitLoaded(Duration patience) throws InterruptedException {
        return first.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Serves nothing any more; leases that are out stay good. */
    @Override
    public synchronized void close() {
        closed = true;
        Roster last = roster;
        roster = Roster.NONE;
        letGo(last.loaded(), Map.of());
    }
}
