package dev.freshet.server.admin;

import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.registry.Quarantined;
import dev.freshet.core.registry.Serving;
import dev.freshet.protocol.v1.ListVersionsResponse;
import dev.freshet.protocol.v1.ModelVersion;
import dev.freshet.protocol.v1.Position;
import dev.freshet.protocol.v1.QuarantinedVersions;
import dev.freshet.protocol.v1.ServingState;
import dev.freshet.protocol.v1.VersionEvaluation;
import java.util.Optional;

/** From values to messages. Stateless. */
final class AdminMessages {
    private AdminMessages() {}

    static ServingState of(Serving state) {
        ServingState.Builder message = ServingState.newBuilder()
                .setModel(state.model())
                .setRevision(state.revision())
                .putAllLabels(state.labels())
                .setCanaryWeight(state.canaryWeight())
                .setWho(state.who())
                .setWhy(state.why());
        for (Quarantined some : state.quarantined()) {
            message.addQuarantined(QuarantinedVersions.newBuilder()
                    .setFirst(some.first())
                    .setLast(some.last())
                    .setWhy(some.why()));
        }
        Optional.ofNullable(state.pinned()).ifPresent(message::setPinned);
        Optional.ofNullable(state.changedAt()).ifPresent(at -> message.setChangedAtMs(at.toEpochMilli()));
        return message.build();
    }

    static ListVersionsResponse of(Versions versions) {
        ListVersionsResponse.Builder message = ListVersionsResponse.newBuilder().setState(of(versions.state()));
        versions.versions().forEach(version -> message.addVersions(of(version)));
        return message.build();
    }

    static ModelVersion of(VersionStatus version) {
        ModelVersion.Builder message = ModelVersion.newBuilder()
                .setModel(version.model())
                .setVersion(version.version())
                .setPinned(version.pinned())
                .addAllLabels(version.labels())
                .setLoaded(version.loaded())
                .setServed(version.served());
        Optional.ofNullable(version.damage()).ifPresent(message::setDamage);
        Optional.ofNullable(version.quarantined()).ifPresent(message::setQuarantined);
        Optional.ofNullable(version.parentVersion()).ifPresent(message::setParentVersion);
        Optional.ofNullable(version.createdAt()).ifPresent(at -> message.setCreatedAtMs(at.toEpochMilli()));
        Optional.ofNullable(version.examples()).ifPresent(message::setExamples);
        Optional.ofNullable(version.steps()).ifPresent(message::setSteps);
        Optional.ofNullable(version.learnedFrom()).ifPresent(from -> message.setLearnedFrom(of(from)));
        Optional.ofNullable(version.learnedTo()).ifPresent(to -> message.setLearnedTo(of(to)));
        Optional.ofNullable(version.candidate()).ifPresent(candidate -> message.setCandidate(of(candidate)));
        Optional.ofNullable(version.champion()).ifPresent(champion -> message.setChampion(of(champion)));
        Optional.ofNullable(version.engine()).ifPresent(message::setEngine);
        Optional.ofNullable(version.device()).ifPresent(message::setDevice);
        Optional.ofNullable(version.net()).ifPresent(message::setNet);
        Optional.ofNullable(version.bytes()).ifPresent(message::setBytes);
        Optional.ofNullable(version.sha256()).ifPresent(message::setSha256);
        return message.build();
    }

    private static Position of(Offsets offsets) {
        return Position.newBuilder()
                .setTopic(offsets.topic())
                .putAllNext(offsets.next())
                .build();
    }

    private static VersionEvaluation of(Evaluation evaluation) {
        return VersionEvaluation.newBuilder()
                .setLoss(evaluation.loss())
                .setAccuracy(evaluation.accuracy())
                .setExamples(evaluation.examples())
                .build();
    }
}
