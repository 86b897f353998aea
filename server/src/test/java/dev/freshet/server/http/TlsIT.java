package dev.freshet.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.TlsKeyPair;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.freshet.protocol.inference.ModelMetadataRequest;
import dev.freshet.server.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a certificate that signs itself, made for the test. */
class TlsIT {
    @TempDir
    private static Path folder;

    private static Tls tls;

    @BeforeAll
    static void certify() throws Exception {
        TlsKeyPair pair = TlsKeyPair.ofSelfSigned("localhost");
        tls = new Tls(folder.resolve("server.crt"), folder.resolve("server.key"));
        write(tls.certificate(), "CERTIFICATE", pair.certificateChain().get(0).getEncoded());
        write(tls.key(), "PRIVATE KEY", pair.privateKey().getEncoded());
    }

    @Test
    void restAndGrpcAnswerThoseWhoTrustTheCertificate() {
        try (Port port = new Port(tls).load(2);
                ClientFactory trusting = trusting()) {
            // When
            AggregatedHttpResponse overHttp = WebClient.builder("https://localhost:" + port.number())
                    .factory(trusting)
                    .build()
                    .get("/v2/models/default/ready")
                    .aggregate()
                    .join();
            String version = GrpcClients.builder("gproto+https://localhost:" + port.number())
                    .factory(trusting)
                    .build(GRPCInferenceServiceBlockingStub.class)
                    .modelMetadata(
                            ModelMetadataRequest.newBuilder().setName("default").build())
                    .getVersions(0);

            // Then
            assertThat(overHttp.status()).isEqualTo(HttpStatus.OK);
            assertThat(version).isEqualTo("2");
        }
    }

    @Test
    void nobodyIsAnsweredWithoutTlsOrWithoutTrust() {
        try (Port port = new Port(tls)) {
            for (String scheme : new String[] {"h1c", "https"}) {
                assertThatExceptionOfType(CompletionException.class).as(scheme).isThrownBy(() -> {
                    var unused = WebClient.of(scheme + "://localhost:" + port.number())
                            .get("/v2/health/live")
                            .aggregate()
                            .join();
                });
            }
        }
    }

    @Test
    void filesThatCannotBeUsedAreNamedWithTheirSetting() throws IOException {
        // Given
        Path other = Files.writeString(folder.resolve("other.key"), "nothing of that kind");

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Port(new Tls(tls.certificate(), folder.resolve("missing.key"))))
                .withMessageStartingWith("server.tls.key " + folder.resolve("missing.key"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Port(new Tls(tls.certificate(), other)))
                .withMessageContaining("server.tls.key " + other + " are no certificate and key in PEM files");
    }

    private static ClientFactory trusting() {
        return ClientFactory.builder()
                .tlsCustomizer(builder -> builder.trustManager(tls.certificate().toFile()))
                .build();
    }

    private static void write(Path file, String kind, byte[] content) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + kind
                        + "-----\n");
    }
}
