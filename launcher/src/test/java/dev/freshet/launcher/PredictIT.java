package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.freshet.core.config.Config;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.FreshWeights;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.server.Server;
import dev.freshet.server.ServerConfig;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Pictures from files to a server that speaks TLS, with a certificate that signs itself. */
@ExtendWith(KafkaBrokerExtension.class)
class PredictIT {
    private static final ModelSpec SPEC =
            new ModelSpec(InputSpec.image(1, 28, 28), List.of(), List.of("yes", "no", "perhaps"));

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path certificate = Path.of("unused");
    private Path key = Path.of("unused");
    private Path picture = Path.of("unused");

    @BeforeEach
    void certificateAndPicture() throws Exception {
        TlsKeyPair pair = TlsKeyPair.ofSelfSigned("localhost");
        certificate =
                pem("server.crt", "CERTIFICATE", pair.certificateChain().get(0).getEncoded());
        key = pem("server.key", "PRIVATE KEY", pair.privateKey().getEncoded());
        picture = folder.resolve("grey.png");
        assertThat(ImageIO.write(new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY), "png", picture.toFile()))
                .isTrue();
    }

    @Test
    void trustsTheCertificateThatItIsGivenAndNoOther(KafkaBroker broker) throws Exception {
        // Given
        try (Server server = server(broker)) {
            await().until(() -> server.servedVersion() == 1);
            Path other = pem(
                    "other.crt",
                    "CERTIFICATE",
                    TlsKeyPair.ofSelfSigned("localhost")
                            .certificateChain()
                            .get(0)
                            .getEncoded());

            // When
            int trusting = predict(server, "--certificate", certificate.toString());
            int withAnother = predict(server, "--certificate", other.toString());
            int withoutTls = predict(server);

            // Then
            assertThat(trusting).as("%s", err).isZero();
            assertThat(out.toString()).startsWith(picture + ": ").contains("probability 0.", "version 1");
            assertThat(withAnother).isEqualTo(1);
            assertThat(withoutTls).isEqualTo(1);
        }
    }

    private int predict(Server server, String... options) {
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] arguments = new String[options.length + 4];
        arguments[0] = "predict";
        System.arraycopy(options, 0, arguments, 1, options.length);
        arguments[options.length + 1] = "--server";
        arguments[options.length + 2] = "localhost:" + server.port();
        arguments[options.length + 3] = picture.toString();
        return commandLine.execute(arguments);
    }

    private Server server(KafkaBroker broker) throws Exception {
        Topics topics = Topics.withPrefix(broker.uniqueTopicPrefix());
        KafkaSettings kafka = KafkaSettings.of(broker.bootstrapServers(), topics);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            TopicCreation.createMissing(admin, topics);
        }
        for (SnapshotCodec.Part part : version().parts()) {
            broker.produce(topics.models(), part.key(), part.value());
        }
        Config config = Config.parse(
                String.format(
                        "server: {host: 127.0.0.1, port: 0, kafka-scoring: false, tls: {certificate: %s, key: %s}}",
                        certificate, key),
                "test");
        ServerConfig settings = ServerConfig.from(config);
        config.requireValid();
        return new Server(settings, new CpuEngine(), kafka, Registries.create(), Clock.systemUTC()).start();
    }

    private static SnapshotCodec.Encoded version() {
        return SnapshotCodec.encode(
                new SnapshotCodec.Draft(
                        "default",
                        1,
                        0,
                        SPEC,
                        Offsets.none("images"),
                        Offsets.none("images"),
                        1,
                        1,
                        null,
                        new Evaluation(0.25, 0.9375, 512),
                        null,
                        "cpu",
                        "cpu",
                        Instant.EPOCH,
                        null),
                FreshWeights.of(SPEC, TrainingSpec.of(OptimizerSpec.adam(0.01), 1)));
    }

    private Path pem(String name, String kind, byte[] content) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + kind + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + kind
                        + "-----\n");
    }
}
