package dev.freshet.server.admin;

import static dev.freshet.server.api.RefusedException.invalid;

import com.linecorp.armeria.common.CommonPools;
import dev.freshet.core.kafka.Registry;
import dev.freshet.core.registry.Authorship;
import dev.freshet.core.registry.Change;
import dev.freshet.core.registry.RefusedChangeException;
import dev.freshet.core.registry.Serving;
import dev.freshet.core.registry.ServingDecision;
import dev.freshet.server.api.Refusal;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.model.ServedModel;
import dev.freshet.server.model.VersionIndex;
import dev.freshet.server.model.VersionIndex.Entry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people may ask and change, behind every transport.
 *
 * <p>All methods from any thread. Only changes ask Kafka; they do so one after the other on threads that may block.
 */
public final class Administration {
    private static final Logger log = LoggerFactory.getLogger(Administration.class);
    private static final int MOST = 1_000;
    private static final int SOME = 100;

    private final ServedModel served;
    private final VersionIndex index;
    private final Registry registry;
    private final Executor executor;
    /** Two changes at the same time would only fence each other. */
    private final Object oneAtATime = new Object();

    /**
     * @param served what this server has loaded
     * @param index what its follower has come by
     */
    public Administration(ServedModel served, VersionIndex index, Registry registry) {
        this.served = served;
        this.index = index;
        this.registry = registry;
        this.executor = CommonPools.blockingTaskExecutor();
    }

    /**
     * A page of the versions.
     *
     * @param before versions below this one only; 0 from the newest on
     * @param limit at most so many, up to 1000; 0 for 100
     * @throws RefusedException if there is no such model, or a number is out of its range
     */
    Versions list(String model, long before, int limit) throws RefusedException {
        requireModel(model);
        if (before < 0 || limit < 0 || limit > MOST) {
            throw invalid("before must not be negative and limit must be in [0, " + MOST + "], were " + before + " and "
                    + limit);
        }
        Serving state = index.state();
        List<VersionStatus> versions =
                index.entries().headMap(before == 0 ? Long.MAX_VALUE : before, false).descendingMap().values().stream()
                        .limit(limit == 0 ? SOME : limit)
                        .map(entry -> VersionStatus.of(entry, state, served))
                        .toList();
        return new Versions(state, versions);
    }

    /** @throws RefusedException if there is no such model or version */
    VersionStatus get(String model, long version) throws RefusedException {
        requireModel(model);
        Entry entry = index.entries().get(version);
        if (entry == null) {
            throw new RefusedException(
                    Refusal.NOT_FOUND, "there is no version " + version + " of model \"" + model + "\"");
        }
        return VersionStatus.of(entry, index.state(), served);
    }

    /** Something that may turn out to be asked for in a wrong way. */
    @FunctionalInterface
    interface Asked<T> {
        /** @throws IllegalArgumentException if it was */
        T get();
    }

    /**
     * Makes a change.
     *
     * @param change reads it from the request
     * @param by reads who asks and why
     * @return the state after it; or fails with a {@link RefusedException}
     */
    CompletableFuture<Serving> change(String model, Asked<Change> change, Asked<Authorship> by) {
        return CompletableFuture.supplyAsync(refusing(() -> changed(model, change, by)), executor);
    }

    private Serving changed(String model, Asked<Change> change, Asked<Authorship> by) throws RefusedException {
        requireModel(model);
        try {
            Change asked = change.get();
            Authorship author = by.get();
            ServingDecision decision;
            synchronized (oneAtATime) {
                decision = registry.change(model, asked, author, index::catalog);
            }
            log.atInfo()
                    .addKeyValue("model", model)
                    .addKeyValue("change", decision.change())
                    .addKeyValue("revision", decision.after().revision())
                    .addKeyValue("who", author.who())
                    .addKeyValue("why", author.why())
                    .log("what is to be served was changed here");
            return decision.after();
        } catch (RefusedChangeException e) {
            throw new RefusedException(
                    switch (e.reason()) {
                        case NOT_FOUND -> Refusal.NOT_FOUND;
                        case FAILED_PRECONDITION -> Refusal.FAILED_PRECONDITION;
                    },
                    String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        } catch (KafkaException e) {
            log.atWarn().addKeyValue("model", model).setCause(e).log("a change of what is served failed");
            throw new RefusedException(Refusal.UNAVAILABLE, "the change was not made: " + e.getMessage());
        }
    }

    private interface Refusing<T> {
        T get() throws RefusedException;
    }

    private static <T> Supplier<T> refusing(Refusing<T> asked) {
        return () -> {
            try {
                return asked.get();
            } catch (RefusedException e) {
                throw new CompletionException(e);
            }
        };
    }

    private void requireModel(String model) throws RefusedException {
        if (!model.equals(index.model())) {
            throw new RefusedException(
                    Refusal.NOT_FOUND, "model \"" + model + "\" is not served here; " + index.model() + " is");
        }
    }

    /** What a caller is told; a fault of the server is logged. */
    static RefusedException refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused;
        }
        log.atError().setCause(cause).log("administration failed");
        return new RefusedException(Refusal.INTERNAL, "the server failed; its log says why");
    }
}
