package dev.freshet.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command without a benchmark: help. */
@Command(
        name = "freshet bench",
        description = "Measures Freshet against what others would use; docs/performance.md says what was found.",
        mixinStandardHelpOptions = true,
        subcommands = {
            EngineCommand.class,
            PipelineCommand.class,
            ScoringCommand.class,
            DriftCommand.class,
            ReactionCommand.class,
            GateCommand.class,
            RecoveryCommand.class,
            ServingRecoveryCommand.class,
            GrpcCommand.class,
            SwapCommand.class,
            JmhCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {"", "Exit codes: 0 success, 1 failure, 2 usage error."})
final class BenchCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which benchmark?");
    }
}
