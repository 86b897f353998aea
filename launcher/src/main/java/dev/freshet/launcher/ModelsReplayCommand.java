package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.Manifest;
import dev.freshet.engine.Engine;
import dev.freshet.trainer.TrainerConfig;
import dev.freshet.trainer.VersionReplay;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One version, made once more. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a version once more, from the state in which its parent was published and the records it has taken since,"
                    + " and says whether the weights are the same to the last bit.",
            "--config must be the one that the trainer had."
        },
        footer = {
            "",
            "The records must be in the topic images still, and the parent among the newest trainer.replayable-versions.",
            "Exit code 1: the weights are others."
        })
final class ModelsReplayCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ModelOptions options = new ModelOptions();

    @Override
    public Integer call() throws InterruptedException {
        Manifest manifest = options.find().snapshot().manifest();
        Config config = options.config().override("model.name", manifest.model());
        KafkaSettings kafka = KafkaSettings.from(config);
        TrainerConfig trainer = TrainerConfig.from(config);
        Engine engine = Engines.from(config);
        config.section("model").ignore("input", "hidden", "classes", "output");
        config.requireValid();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "version %d of model \"%s\" from %s%n",
                manifest.version(),
                manifest.model(),
                manifest.parentVersion() == 0 ? "the first record" : "version " + manifest.parentVersion());
        out.flush();
        VersionReplay.Outcome outcome = new VersionReplay(trainer, kafka, engine).replay(manifest);
        boolean same = outcome.sha256().equals(manifest.sha256());
        out.printf(Locale.ROOT, "%,d records taken, %,d steps%n", outcome.records(), outcome.steps());
        out.println("published  " + manifest.sha256());
        out.println("replayed   " + outcome.sha256());
        out.println(same ? "the same to the last bit" : "NOT the same: other settings, or another engine?");
        out.flush();
        return same ? 0 : 1;
    }
}
