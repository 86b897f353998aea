package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.ingest.Ingest;
import dev.freshet.ingest.IngestConfig;
import dev.freshet.ingest.Progress;
import dev.freshet.ingest.source.ImageShape;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import dev.freshet.server.http.ObservabilityServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends a source's images to Kafka. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = "Sends labelled images to the topic images.",
        footer = {"", "Options win over the section ingest of --config."})
final class IngestCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(IngestCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafkaOptions = new KafkaOptions();

    @Parameters(
            paramLabel = "SOURCE",
            description = {
                "idx:DIR      folder of the MNIST family's files, .gz or not",
                "cifar10:DIR  folder of CIFAR-10's binary batches, .gz or not, or its .tar.gz",
                "folder:DIR   folder of one folder of PNG or JPEG files a class, or of train/ and test/ with those",
                "csv:FILE     a line of a label and numbers an example",
                "digits       endless stream of drawn digits; digits:SEED for another one",
                "circles      1000 points inside and outside a circle; circles:SEED for others",
                "A bare path is recognised by what it holds."
            })
    @SuppressWarnings("NullAway.Init")
    private String source;

    @Option(names = "--rate", paramLabel = "N", description = "Records per second; default: as fast as possible.")
    private @Nullable Double rate;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over a finite source; default: 1.")
    private @Nullable Integer epochs;

    @Option(names = "--shuffle", paramLabel = "SEED", description = "Another order in each epoch, decided by the seed.")
    private @Nullable Long shuffle;

    @Option(names = "--limit", paramLabel = "N", description = "Records in all, at most.")
    private @Nullable Long limit;

    @Option(
            names = "--encoding",
            paramLabel = "protobuf|png",
            description = "Values as freshet.v1.ImageRecord (the default) or as PNG files.")
    private @Nullable String encoding;

    @Option(
            names = "--resize",
            paramLabel = "HEIGHTxWIDTH",
            description = "Scales images to this size, such as 28x28; 3x28x28 puts them in colour, 1x28x28 in grey."
                    + " Default: model.input.shape where model.input.resize is true, or else as they are.")
    private @Nullable String resize;

    @Option(
            names = "--drift",
            paramLabel = "DRIFT",
            description = {
                "Changes the stream on purpose; may be given more than once.",
                "label-swap:A,B@WHEN       classes A and B take each other's label",
                "class-arrival:A@WHEN      class A is not there before",
                "rotation:DEGREES@WHEN     images are turned, counter-clockwise",
                "inversion@WHEN            dark becomes light",
                "noise:DEVIATION@WHEN      normal noise; 1 is from black to white",
                "WHEN is a record's number, from 0:",
                "  20000        from that record on",
                "  20000-30000  more and more, from the first to the second",
                "  20000/10000  for 10000 records, then not for 10000, and so on"
            })
    private @Nullable List<String> drifts;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Decides what --drift leaves to chance; default: 1. Sources and --shuffle have their own.")
    private @Nullable Long seed;

    @Option(names = "--test", description = "The source's test images instead of its training images.")
    private boolean test;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            description = "Serves /metrics and /health there; default: no port. Containers use 8082.")
    private @Nullable Integer metricsPort;

    @Override
    public Integer call() throws Exception {
        Config config = kafkaOptions
                .read()
                .override("ingest.rate", rate)
                .override("ingest.epochs", epochs)
                .override("ingest.shuffle", shuffle)
                .override("ingest.limit", limit)
                .override("ingest.encoding", encoding)
                .override("ingest.resize", resize)
                .override("ingest.drift", drifts)
                .override("ingest.seed", seed);
        KafkaSettings kafka = KafkaSettings.from(config);
        IngestConfig settings = IngestConfig.from(config.section("ingest"));
        Optional<ImageShape> shape = ImageShape.wanted(config);
        // The rest of the model is for its trainer to check.
        config.section("model").passThrough();
        config.section("model").section("input").passThrough();
        config.requireValid();

        PrometheusMeterRegistry registry = Registries.create();
        SourceSpec spelt = SourceSpec.parse(source);
        ImageSource images = shape.map(spelt::resizedTo).orElse(spelt).open(test ? Split.TEST : Split.TRAIN);
        Progress progress = Terminal.isStandardError()
                ? Progress.onTerminal(System.err, Clock.systemUTC())
                : Progress.inLog(Clock.systemUTC());
        Ingest ingest = new Ingest(settings, kafka, images, registry, progress, Clock.systemUTC());
        try (Stopping stopping = Stopping.onSignal(ingest::stop);
                @Nullable
                        ObservabilityServer metrics = metricsPort == null
                                ? null
                                : ObservabilityServer.start(metricsPort, registry, () -> !stopping.isAsked())) {
            if (metrics != null) {
                log.atInfo().addKeyValue("port", metrics.port()).log("metrics and health");
            }
            long records = ingest.run();
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%,d records are in %s%n",
                            records,
                            kafka.topics().images());
            spec.commandLine().getOut().flush();
        }
        return 0;
    }
}
