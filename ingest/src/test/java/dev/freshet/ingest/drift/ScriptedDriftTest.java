package dev.freshet.ingest.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptedDriftTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "label-swap:3,5@20000",
                "class-arrival:7@20000",
                "rotation:90@20000-30000",
                "rotation:-12.5@0",
                "inversion@20000",
                "noise:0.3@20000",
                "label-swap:cat,dog@5/10000"
            })
    void readsWhatItWrites(String text) {
        // When
        ScriptedDrift drift = ScriptedDrift.parse(text);

        // Then
        assertThat(drift).hasToString(text).isEqualTo(ScriptedDrift.parse(text));
        assertThat(drift).isNotEqualTo(ScriptedDrift.parse("inversion@1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "label-swap:3,5        | there is no @WHEN",
                "label-swap:3@1        | label-swap takes two classes, was given \"3\"",
                "label-swap@1          | label-swap takes two classes, was given \"\"",
                "label-swap:3,4,5@1    | label-swap takes two classes, was given \"3,4,5\"",
                "class-arrival@1       | class-arrival takes a class, was given none",
                "rotation:much@1       | rotation takes a number in [-360, 360], was given \"much\"",
                "rotation:361@1        | rotation takes a number in [-360, 360], was given \"361\"",
                "noise:NaN@1           | noise takes a number in [0, 10], was given \"NaN\"",
                "noise:-1@1            | noise takes a number in [0, 10], was given \"-1\"",
                "inversion:1@1         | inversion takes nothing, was given \"1\"",
                "earthquake@1          | \"earthquake\" is no kind of drift",
                "inversion@            | \"\" says not when",
                "inversion@-5          | \"-5\" says not when",
                "inversion@1-2-3       | \"1-2-3\" says not when",
                "inversion@30-20       | it must end after it has begun, was 30-20",
                "inversion@30-30       | it must end after it has begun, was 30-30",
                "inversion@30/0        | it must last for at least 1 record, was 30/0"
            })
    void saysWhatIsWrongAndWhatIsAccepted(String text, String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScriptedDrift.parse(text))
                .withMessage("drift \"" + text + "\": " + wrong + "; accepted are " + ScriptedDrift.FORMS);
    }

    @Test
    void isThereFromARecordOn() {
        // When
        When when = When.parse("100");

        // Then
        assertThat(when.strength(0)).isZero();
        assertThat(when.strength(99)).isZero();
        assertThat(when.strength(100)).isEqualTo(1);
        assertThat(when.strength(Long.MAX_VALUE)).isEqualTo(1);
    }

    @Test
    void grows() {
        // When
        When when = When.parse("100-200");

        // Then
        assertThat(when.strength(100)).isZero();
        assertThat(when.strength(125)).isCloseTo(0.25, within(1e-12));
        assertThat(when.strength(200)).isEqualTo(1);
        assertThat(when.strength(1_000)).isEqualTo(1);
    }

    @Test
    void comesAndGoes() {
        // When
        When when = When.parse("100/10");

        // Then
        assertThat(when.strength(95)).isZero();
        assertThat(when.strength(100)).isEqualTo(1);
        assertThat(when.strength(109)).isEqualTo(1);
        assertThat(when.strength(110)).isZero();
        assertThat(when.strength(119)).isZero();
        assertThat(when.strength(120)).isEqualTo(1);
    }
}
