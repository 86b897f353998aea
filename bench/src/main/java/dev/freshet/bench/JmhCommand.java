package dev.freshet.bench;

import dev.freshet.bench.process.JavaCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Our inner steps under JMH. */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        description = {
            "Times our own inner steps with JMH and counts the bytes that they allocate (gc.alloc.rate.norm).",
            "What stands behind -- goes to JMH: freshet bench jmh -- ScoredBatch -p size=32; -- -l lists them."
        })
final class JmhCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ARGUMENT", description = "For JMH.")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        CommandLineOptions options = new CommandLineOptions(arguments.toArray(String[]::new));
        Runner runner = new Runner(new OptionsBuilder()
                .parent(options)
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend(JavaCommand.KERNELS.toArray(String[]::new))
                .build());
        if (options.shouldList()) {
            runner.list();
        } else {
            runner.run();
        }
        return 0;
    }
}
