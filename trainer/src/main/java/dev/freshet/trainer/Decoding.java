package dev.freshet.trainer;

import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.evaluation.HoldOut;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.ModelSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What each record is to a model: an example to learn from, one to hold out, or malformed. Belongs to one thread. */
final class Decoding {
    private final RecordDecoder decoder;
    private final HoldOut holdOut;

    Decoding(ModelSpec spec, HoldOut holdOut) {
        this.decoder = RecordDecoder.ofLabelled(spec.input(), spec.classes().size());
        this.holdOut = holdOut;
    }

    Taken decode(ConsumerRecord<byte[], byte[]> record) {
        Decoded decoded = decoder.decode(Records.raw(record));
        return new Taken(
                record,
                decoded,
                decoded instanceof Valid valid
                        && holdOut.isHeldOut(valid.example().id()));
    }
}
