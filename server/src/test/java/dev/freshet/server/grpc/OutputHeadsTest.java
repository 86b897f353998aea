package dev.freshet.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.protocol.inference.ModelInferResponse.InferOutputTensor;
import dev.freshet.server.api.Datatype;
import dev.freshet.server.api.OutputTensor;
import dev.freshet.server.api.TensorData;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputHeadsTest {
    private final OutputHeads heads = new OutputHeads();

    @Test
    void sayWhatIsKnownWithoutTheContents() {
        InferOutputTensor head = heads.of(tensor("probabilities", 3));

        assertThat(head.getName()).isEqualTo("probabilities");
        assertThat(head.getDatatype()).isEqualTo("FP32");
        assertThat(head.getShapeList()).containsExactly(3L, 10L);
        assertThat(head.hasContents()).isFalse();
    }

    @Test
    void areSharedByOutputsOfOneNameAndShapeAlone() {
        InferOutputTensor head = heads.of(tensor("probabilities", 3));

        assertThat(heads.of(tensor("probabilities", 3))).isSameAs(head);
        assertThat(heads.of(tensor("probabilities", 4)).getShapeList()).containsExactly(4L, 10L);
        assertThat(heads.of(tensor("logits", 3)).getName()).isEqualTo("logits");
    }

    @Test
    void areRightBeyondThoseThatAreKept() {
        for (long size = 1; size <= 2_000; size++) {
            assertThat(heads.of(tensor("logits", size)).getShape(0)).isEqualTo(size);
        }
    }

    private static OutputTensor tensor(String name, long size) {
        TensorData nothing = new TensorData.Floats(FloatBuffer.allocate(0));
        return new OutputTensor(name, Datatype.FP32, List.of(size, 10L), nothing, true);
    }
}
