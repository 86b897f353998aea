package dev.freshet.launcher;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.freshet.protocol.inference.InferTensorContents;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.protocol.inference.ModelInferResponse.InferOutputTensor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks a running server about picture files. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description = "Sends PNG or JPEG files to a server over gRPC; prints class, probability and version of each.")
final class PredictCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Pictures of the size that the model takes.")
    @SuppressWarnings("NullAway.Init")
    private List<Path> files;

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:8080",
            description = "The server; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String server;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "PEM file with the certificate to trust, where the server speaks TLS.")
    private @Nullable Path certificate;

    @Option(names = "--model", defaultValue = "default", description = "The model's name; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String model;

    @Override
    public Integer call() throws IOException {
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(file + ": there is no such file");
            }
        }
        GRPCInferenceServiceBlockingStub stub = stub();
        PrintWriter out = spec.commandLine().getOut();
        int failed = 0;
        for (Path file : files) {
            try {
                out.println(file + ": " + describe(stub.modelInfer(request(file))));
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.UNAVAILABLE
                        && e.getStatus().getDescription() == null) {
                    throw new IOException("no server answers at " + server, e);
                }
                failed++;
                spec.commandLine().getErr().println(file + ": " + reason(e));
            }
        }
        out.flush();
        spec.commandLine().getErr().flush();
        return failed == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private GRPCInferenceServiceBlockingStub stub() {
        Path trusted = certificate;
        if (trusted == null) {
            return GrpcClients.newClient("gproto+http://" + server + "/", GRPCInferenceServiceBlockingStub.class);
        }
        if (!Files.isRegularFile(trusted)) {
            throw new IllegalArgumentException("--certificate " + trusted + ": there is no such file");
        }
        ClientFactory trusting = ClientFactory.builder()
                .tlsCustomizer(tls -> tls.trustManager(trusted.toFile()))
                .build();
        return GrpcClients.builder("gproto+https://" + server + "/")
                .factory(trusting)
                .build(GRPCInferenceServiceBlockingStub.class);
    }

    private ModelInferRequest request(Path file) throws IOException {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .setId(file.getFileName().toString())
                .addInputs(InferInputTensor.newBuilder()
                        .setName("input")
                        .setDatatype("BYTES")
                        .addShape(1)
                        .setContents(InferTensorContents.newBuilder()
                                .addBytesContents(ByteString.copyFrom(Files.readAllBytes(file)))))
                .build();
    }

    private static String describe(ModelInferResponse answer) {
        long predicted = output(answer, "class").getContents().getInt64Contents(0);
        float probability = output(answer, "probabilities").getContents().getFp32Contents(Math.toIntExact(predicted));
        String label = output(answer, "label").getContents().getBytesContents(0).toStringUtf8();
        return String.format(
                Locale.ROOT, "%s, probability %.4f, version %s", label, probability, answer.getModelVersion());
    }

    private static InferOutputTensor output(ModelInferResponse answer, String name) {
        return answer.getOutputsList().stream()
                .filter(output -> output.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the server's answer has no output \"" + name + "\""));
    }

    private static String reason(StatusRuntimeException e) {
        String description = e.getStatus().getDescription();
        return e.getStatus().getCode() + (description == null ? "" : ": " + description);
    }
}
