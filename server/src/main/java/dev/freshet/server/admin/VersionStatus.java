package dev.freshet.server.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.registry.Serving;
import dev.freshet.server.model.ServedModel;
import dev.freshet.server.model.VersionIndex.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version as people want to see it: what it is, and what it is there for.
 *
 * @param damage why it cannot be used, and then nothing more is known of it; null where it is whole
 * @param quarantined why it is not served; null where it may be
 * @param loaded whether this server can be asked for it
 * @param served whether this server answers with it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record VersionStatus(
        String model,
        long version,
        @Nullable String damage,
        @Nullable String quarantined,
        boolean pinned,
        List<String> labels,
        boolean loaded,
        boolean served,
        @Nullable Long parentVersion,
        @Nullable Instant createdAt,
        @Nullable Long examples,
        @Nullable Long steps,
        @Nullable Offsets learnedFrom,
        @Nullable Offsets learnedTo,
        @Nullable Evaluation candidate,
        @Nullable Evaluation champion,
        @Nullable String engine,
        @Nullable String device,
        @Nullable String net,
        @Nullable Long bytes,
        @Nullable String sha256) {
    static VersionStatus of(Entry entry, Serving state, ServedModel served) {
        long version = entry.version();
        Manifest manifest = entry.manifest();
        List<String> labels = state.labels().entrySet().stream()
                .filter(label -> label.getValue() == version)
                .map(Map.Entry::getKey)
                .toList();
        return new VersionStatus(
                state.model(),
                version,
                entry.damage(),
                state.whyQuarantined(version),
                state.pinned() != null && state.pinned() == version,
                labels,
                served.isLoaded(version),
                served.version() == version,
                manifest == null ? null : manifest.parentVersion(),
                manifest == null ? null : manifest.createdAt(),
                manifest == null ? null : manifest.examples(),
                manifest == null ? null : manifest.steps(),
                manifest == null ? null : manifest.learnedFrom(),
                manifest == null ? null : manifest.learnedTo(),
                manifest == null ? null : manifest.candidate(),
                manifest == null ? null : manifest.champion(),
                manifest == null ? null : manifest.engine(),
                manifest == null ? null : manifest.device(),
                manifest == null ? null : manifest.spec().summary(),
                manifest == null ? null : manifest.bytes(),
                manifest == null ? null : manifest.sha256());
    }
}
