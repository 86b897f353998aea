package dev.freshet.server.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import dev.freshet.core.metrics.Meters;
import dev.freshet.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.server.Port;
import dev.freshet.server.Versions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real HTTP client against a real port. */
class RestEndpointIT {
    private static final String INFER = "/v2/models/default/infer";

    private final ObjectMapper json = new ObjectMapper();
    private static Port port;

    @BeforeAll
    static void open() {
        port = new Port().load(3);
    }

    @AfterAll
    static void close() {
        port.close();
    }

    @Test
    void tellsOfItselfBeforeAndAfterTheFirstVersion() throws IOException {
        Port own = new Port();
        try (own) {
            assertThat(body(own.get("/v2/health/live"), 200)).isEqualTo(json.readTree("{\"live\": true}"));
            assertThat(body(own.get("/v2/health/ready"), 503))
                    .isEqualTo(json.readTree("{\"live\": true, \"ready\": false}"));
            assertThat(body(own.get("/v2/models/default/ready"), 503))
                    .isEqualTo(json.readTree("{\"name\": \"default\", \"ready\": false}"));
            own.load(2);
            assertThat(body(own.get("/v2/health/ready"), 200))
                    .isEqualTo(json.readTree("{\"live\": true, \"ready\": true}"));
            for (String path : List.of("/v2/models/default/ready", "/v2/models/default/versions/2/ready")) {
                assertThat(body(own.get(path), 200))
                        .isEqualTo(json.readTree("{\"name\": \"default\", \"ready\": true}"));
            }
            assertThat(own.get("/v2/models/default/versions/1/ready").status()).isEqualTo(HttpStatus.NOT_FOUND);
            assertThat(own.get("/v2/models/other/ready").status()).isEqualTo(HttpStatus.NOT_FOUND);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2", "/v2/"})
    void describesTheServer(String path) throws IOException {
        JsonNode server = body(port.get(path), 200);

        assertThat(server.get("name").asText()).isEqualTo("freshet");
        assertThat(server.get("version").asText()).matches("\\d+\\.\\d+.*");
        assertThat(server.get("extensions")).isEqualTo(json.readTree("[\"binary_tensor_data\", \"classification\"]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/models/default", "/v2/models/default/versions/3"})
    void describesTheModel(String path) throws IOException {
        assertThat(body(port.get(path), 200)).isEqualTo(json.readTree("""
                {
                  "name": "default",
                  "versions": ["3"],
                  "platform": "freshet_safetensors",
                  "inputs": [{"name": "input", "datatype": "FP32", "shape": [-1, 1, 28, 28]}],
                  "outputs": [
                    {"name": "probabilities", "datatype": "FP32", "shape": [-1, 10]},
                    {"name": "class", "datatype": "INT64", "shape": [-1]},
                    {"name": "label", "datatype": "BYTES", "shape": [-1]},
                    {"name": "logits", "datatype": "FP32", "shape": [-1, 10]}
                  ]
                }
                """));
    }

    @Test
    void answersNestedAndFlatJsonAsGrpcDoes() throws IOException {
        // Given
        String flat = input("UINT8", "[2, 1, 28, 28]", "[" + numbers(0) + ", " + numbers(1) + "]");
        String nested = input("UINT8", "[2, 784]", "[[" + numbers(0) + "], [" + numbers(1) + "]]");

        // When
        JsonNode ofFlat = body(port.post(INFER, "{\"id\": \"a7\", \"inputs\": [" + flat + "]}"), 200);
        JsonNode ofNested =
                body(port.post("/v2/models/default/versions/3/infer", "{\"inputs\": [" + nested + "]}"), 200);

        // Then
        ModelInferResponse overGrpc = port.stub().modelInfer(Port.infer(2));
        assertThat(ofFlat.get("model_name").asText()).isEqualTo("default");
        assertThat(ofFlat.get("model_version").asText()).isEqualTo("3");
        assertThat(ofFlat.get("id").asText()).isEqualTo("a7");
        assertThat(ofFlat.get("parameters").get("version").asLong()).isEqualTo(3);
        assertThat(ofFlat.get("parameters").get("scored_us").asLong()).isPositive();
        assertThat(ofNested.has("id")).isFalse();
        assertThat(ofNested.get("outputs")).isEqualTo(ofFlat.get("outputs"));
        JsonNode outputs = ofFlat.get("outputs");
        assertThat(outputs.get(0).get("shape")).isEqualTo(json.readTree("[2, 10]"));
        assertThat(floats(outputs.get(0).get("data")))
                .isEqualTo(overGrpc.getOutputs(0).getContents().getFp32ContentsList());
        assertThat(outputs.get(1).get("data").get(1).asLong())
                .isEqualTo(overGrpc.getOutputs(1).getContents().getInt64Contents(1));
        assertThat(outputs.get(2).get("data").get(1).asText())
                .isEqualTo(
                        overGrpc.getOutputs(2).getContents().getBytesContents(1).toStringUtf8());
    }

    @Test
    void takesTheFieldsInAnyOrderAndPassesOverThoseThatItDoesNotKnow() throws IOException {
        // Given
        String request =
                "{\"outputs\": [{\"name\": \"class\", \"parameters\": {\"priority\": [1]}}], \"more\": {\"a\": []},"
                        + " \"inputs\": [{\"data\": [" + numbers(0) + "], \"datatype\": \"UINT8\", \"extra\": [{}],"
                        + " \"shape\": [1, 784], \"name\": \"input\"}], \"parameters\": {\"sequence_id\": 0}}";

        // When
        JsonNode answer = body(port.post(INFER, request), 200);

        // Then
        assertThat(answer.get("outputs")).hasSize(1);
        assertThat(answer.get("outputs").get(0).get("name").asText()).isEqualTo("class");
    }

    @Test
    void takesFloatsAsTheyAre() throws IOException {
        // Given
        StringBuilder values = new StringBuilder("[0.5");
        StringBuilder others = new StringBuilder("[5e-1");
        for (int i = 1; i < 784; i++) {
            values.append(", ").append(i % 2);
            others.append(", ").append(i % 2).append(".0");
        }

        // When
        JsonNode answer = inferred(input("FP32", "[1, 784]", values + "]"));
        JsonNode same = inferred(input("FP32", "[1, 784]", others + "]"));

        // Then
        assertThat(answer.get("outputs")).isEqualTo(same.get("outputs"));
    }

    @Test
    void takesPicturesInBase64() throws IOException {
        // Given
        String base64 = Base64.getEncoder().encodeToString(Versions.png(Versions.image(0)));

        // When
        JsonNode answer = inferred(input("BYTES", "[1]", "[\"" + base64 + "\"]"));

        // Then
        assertThat(answer.get("outputs"))
                .isEqualTo(inferred(input("UINT8", "[1, 784]", "[" + numbers(0) + "]"))
                        .get("outputs"));
    }

    @Test
    void givesLogitsOnRequestAsGrpcDoes() throws IOException {
        // When
        JsonNode outputs = inferred(
                        input("UINT8", "[1, 784]", "[" + numbers(0) + "]"), ", \"outputs\": [{\"name\": \"logits\"}]")
                .get("outputs");

        // Then
        ModelInferResponse overGrpc = port.stub()
                .modelInfer(Port.infer(1).toBuilder()
                        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("logits"))
                        .build());
        assertThat(outputs).hasSize(1);
        assertThat(outputs.get(0).get("shape")).isEqualTo(json.readTree("[1, 10]"));
        assertThat(overGrpc.getOutputsList()).hasSize(1);
        assertThat(floats(outputs.get(0).get("data")))
                .isEqualTo(overGrpc.getOutputs(0).getContents().getFp32ContentsList());
    }

    @Test
    void namesTheMostProbableClasses() throws IOException {
        // When
        JsonNode output = inferred(
                        input("UINT8", "[1, 784]", "[" + numbers(0) + "]"),
                        ", \"outputs\": [{\"name\": \"probabilities\", \"parameters\": {\"classification\": 2}}]")
                .get("outputs")
                .get(0);

        // Then
        assertThat(output.get("datatype").asText()).isEqualTo("BYTES");
        assertThat(output.get("shape")).isEqualTo(json.readTree("[1, 2]"));
        assertThat(output.get("data").get(0).asText()).matches("0\\.\\d{6}:\\d:[a-z]+");
    }

    @Test
    void binaryTensorsGoBothWays() throws IOException {
        // Given
        byte[] image = Versions.image(0);
        String request = "{\"inputs\": [{\"name\": \"input\", \"shape\": [1, 784], \"datatype\": \"UINT8\","
                + " \"parameters\": {\"binary_data_size\": 784}}], \"parameters\": {\"binary_data_output\": true},"
                + " \"outputs\": [{\"name\": \"label\"}, {\"name\": \"class\", \"parameters\": {\"binary_data\": false}},"
                + " {\"name\": \"probabilities\"}]}";

        // When
        AggregatedHttpResponse response = binary(request, image, null);

        // Then
        JsonNode inJson = inferred(input("UINT8", "[1, 784]", "[" + numbers(0) + "]"));
        assertThat(response.status()).isEqualTo(HttpStatus.OK);
        assertThat(response.headers().get("content-type")).isEqualTo("application/octet-stream");
        int length = response.headers().getInt("inference-header-content-length", -1);
        byte[] body = response.content().array();
        JsonNode outputs = json.readTree(new String(body, 0, length, StandardCharsets.UTF_8))
                .get("outputs");
        assertThat(outputs.get(1).get("data"))
                .isEqualTo(inJson.get("outputs").get(1).get("data"));
        int labelSize = outputs.get(0).get("parameters").get("binary_data_size").asInt();
        assertThat(outputs.get(2).get("parameters").get("binary_data_size").asInt())
                .isEqualTo(40);
        assertThat(body).hasSize(length + labelSize + 40);
        ByteBuffer binary = ByteBuffer.wrap(body, length, labelSize + 40).order(ByteOrder.LITTLE_ENDIAN);
        byte[] label = new byte[binary.getInt()];
        binary.get(label);
        assertThat(new String(label, StandardCharsets.UTF_8))
                .isEqualTo(inJson.get("outputs").get(2).get("data").get(0).asText());
        for (float probability : floats(inJson.get("outputs").get(0).get("data"))) {
            assertThat(binary.getFloat()).isEqualTo(probability);
        }
    }

    @Test
    void binaryPicturesHaveTheirLengthBeforeThem() throws IOException {
        // Given
        byte[] png = Versions.png(Versions.image(0));
        byte[] element = ByteBuffer.allocate(4 + png.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(png.length)
                .put(png)
                .array();
        String request = "{\"inputs\": [{\"name\": \"input\", \"shape\": [1], \"datatype\": \"BYTES\","
                + " \"parameters\": {\"binary_data_size\": " + element.length + "}}]}";

        // When
        AggregatedHttpResponse response = binary(request, element, null);

        // Then
        assertThat(body(response, 200).get("outputs"))
                .isEqualTo(inferred(input("UINT8", "[1, 784]", "[" + numbers(0) + "]"))
                        .get("outputs"));
    }

    @Test
    void takesCompressedRequests() throws IOException {
        // Given
        String request = "{\"inputs\": [" + input("UINT8", "[1, 784]", "[" + numbers(0) + "]") + "]}";

        // When
        AggregatedHttpResponse response = binary(request, new byte[0], "gzip");

        // Then
        assertThat(body(response, 200).get("outputs"))
                .isEqualTo(body(port.post(INFER, request), 200).get("outputs"));
    }

    @Test
    void refusesBinaryTensorsWhoseSizesDoNotFit() throws IOException {
        // Given
        String request = "{\"inputs\": [{\"name\": \"input\", \"shape\": [1, 784], \"datatype\": \"UINT8\","
                + " \"parameters\": {\"binary_data_size\": 784}}]}";

        // Then
        assertError(
                binary(request, new byte[783], null),
                400,
                "input \"input\" has binary_data_size 784 where 783 bytes are left behind the JSON object");
        assertError(
                binary(request, new byte[785], null),
                400,
                "the body has 1 bytes behind those that the inputs' binary_data_size tells of");
        assertError(
                port.client()
                        .execute(
                                RequestHeaders.of(HttpMethod.POST, INFER, "inference-header-content-length", "1000"),
                                request)
                        .aggregate()
                        .join(),
                400,
                "inference-header-content-length is \"1000\" where the body has " + request.length() + " bytes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                        | the request is not a JSON object
            {                                         | the request is not valid JSON: Unexpected end-of-input
            {"inputs": []} {}                         | something stands behind the JSON object
            {}                                        | the request has no "inputs"
            {"inputs": []}                            | the request holds 0 inputs where the model takes 1, named "input"
            {"inputs": {}}                            | "inputs" is not an array
            {"inputs": [7]}                           | an input is not an object
            {"inputs": [{"name": "input"}]}           | an input needs "name", "shape" and "datatype"
            {"inputs": [], "outputs": [{}]}           | an output needs a "name"
            {"inputs": [], "parameters": {"timeout": 1.5}} | "timeout" is not a whole number
            {"inputs": [{"name": "input", "shape": [1, 784], "datatype": "UINT8"}]} | input "input" has neither "data" nor
            {"inputs": [{"name": "input", "shape": [1, 784], "datatype": "FP64", "data": [1]}]} | datatype is "FP64"
            {"inputs": [{"name": "input", "shape": [1, 784], "datatype": "FP32", "data": [1]}]} | holds 1 values where FP32
            {"inputs": [{"name": "input", "shape": [1, 783], "datatype": "FP32", "data": [1]}]} | has shape [1, 783]; expected
            {"inputs": [{"name": "input", "shape": [1, 784], "datatype": "UINT8", "data": [1, 256]}]} | data[1] is 256.0 where
            {"inputs": [{"name": "input", "shape": [1, 784], "datatype": "UINT8", "data": [0.5]}]} | data[0] is 0.5 where UINT8
            {"inputs": [{"name": "input", "shape": [1, 784], "datatype": "UINT8", "data": ["a"]}]} | "data" holds strings
            {"inputs": [{"name": "input", "shape": [1, 784], "datatype": "UINT8", "data": [true]}]} | "data" holds true
            {"inputs": [{"name": "input", "shape": [1], "datatype": "BYTES", "data": [1]}]} | "data" holds numbers
            {"inputs": [{"name": "input", "shape": [1], "datatype": "BYTES", "data": ["?"]}]} | element 0 is not Base64
            """)
    void refusesWrongRequestsWithWhatIsWrong(String request, String reason) throws IOException {
        assertError(port.post(INFER, request), 400, reason);
    }

    @Test
    void refusesWithTheProtocolsStatus() throws IOException {
        String one = "{\"inputs\": [" + input("UINT8", "[1, 784]", "[" + numbers(0) + "]") + "]}";
        try (Port empty = new Port()) {
            assertError(empty.post(INFER, one), 503, "no version of model default has been loaded yet");
        }
        double before = failed("not-found");
        double tooLargeBefore = failed("too-large");
        assertError(port.post("/v2/models/other/infer", one), 404, "model \"other\" is not served here");
        assertError(port.post("/v2/models/default/versions/1/infer", one), 404, "version \"1\" of model default");
        assertError(port.get("/v2/models/other"), 404, "model \"other\" is not served here");
        assertError(port.get("/v2/repository"), 404, "there is no /v2/repository in the Open Inference Protocol");
        assertError(port.get(INFER), 405, INFER + " takes POST, not GET");
        assertError(port.post("/v2", "{}"), 405, "/v2 takes GET, not POST");
        assertError(
                port.post(INFER, "{\"inputs\": [" + input("UINT8", "[17, 784]", "[]") + "]}"), 413, "n from 1 to 16");
        assertError(port.post(INFER, " ".repeat((1 << 20) + 1)), 413, "the request has more than 1048576 bytes");
        assertThat(failed("not-found")).isEqualTo(before + 3);
        assertThat(failed("too-large")).isEqualTo(tooLargeBefore + 2);
    }

    private static double failed(String reason) {
        return Meters.SERVER_REQUESTS_FAILED
                .counter(port.registry(), "path", "http", "reason", reason)
                .count();
    }

    @Test
    void aLargeBodyIsAnsweredLikeASmallOne() throws IOException {
        // Given
        String request = "{\"inputs\": [" + input("UINT8", "[1, 784]", "[" + numbers(0) + "]") + "]}";

        // When
        JsonNode ofLarge = body(port.post(INFER, request + " ".repeat(200_000)), 200);

        // Then
        assertThat(ofLarge.get("outputs"))
                .isEqualTo(body(port.post(INFER, request), 200).get("outputs"));
        assertError(port.post(INFER, "x" + request + " ".repeat(200_000)), 400, "the request is not valid JSON");
    }

    private JsonNode inferred(String input) throws IOException {
        return inferred(input, "");
    }

    private JsonNode inferred(String input, String more) throws IOException {
        return body(port.post(INFER, "{\"inputs\": [" + input + "]" + more + "}"), 200);
    }

    private AggregatedHttpResponse binary(String request, byte[] tensors, @Nullable String encoding)
            throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] head = request.getBytes(StandardCharsets.UTF_8);
        body.write(head);
        body.write(tensors);
        RequestHeadersBuilder headers = RequestHeaders.builder(HttpMethod.POST, INFER)
                .set("content-type", "application/octet-stream")
                .setInt("inference-header-content-length", head.length);
        byte[] bytes = body.toByteArray();
        if (encoding != null) {
            headers.set("content-encoding", encoding);
            ByteArrayOutputStream compressed = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
                gzip.write(bytes);
            }
            bytes = compressed.toByteArray();
        }
        return port.client()
                .execute(headers.build(), HttpData.wrap(bytes))
                .aggregate()
                .join();
    }

    private JsonNode body(AggregatedHttpResponse response, int status) throws IOException {
        assertThat(response.status().code()).as(response.contentUtf8()).isEqualTo(status);
        assertThat(response.headers().get("content-type")).isEqualTo("application/json");
        return json.readTree(response.contentUtf8());
    }

    private void assertError(AggregatedHttpResponse response, int status, String part) throws IOException {
        assertThat(body(response, status).get("error").asText()).contains(part);
    }

    private static String input(String datatype, String shape, String data) {
        return "{\"name\": \"input\", \"shape\": " + shape + ", \"datatype\": \"" + datatype + "\", \"data\": " + data
                + "}";
    }

    private static String numbers(long seed) {
        StringBuilder numbers = new StringBuilder();
        for (byte value : Versions.image(seed)) {
            numbers.append(numbers.isEmpty() ? "" : ", ").append(value & 0xff);
        }
        return numbers.toString();
    }

    private static List<Float> floats(JsonNode data) {
        List<Float> floats = new ArrayList<>();
        data.forEach(value -> floats.add(value.floatValue()));
        return floats;
    }
}
