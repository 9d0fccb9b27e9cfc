///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Print what bash and zsh need to complete the other scripts
//JAVA 17+
//DEPS info.picocli:picocli:4.7.7
//SOURCES describe.java local.java produce.java consume.java lib/worker/WorkerOptions.java
//COMPILE_OPTIONS -encoding UTF-8 -XDstringConcat=inline
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable -Xlog:all=warning,cds*=off:stderr -XX:+DisplayVMOutputToStderr

import java.util.List;
import java.util.concurrent.Callable;
import lib.aws.Aws;
import lib.cli.Cli;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.UsageException;
import lib.consume.OutputOptions;
import lib.worker.WorkerOptions;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;

@Command(name = "completions", version = Cli.VERSION, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Print what bash and zsh need to complete the other scripts: as words behind a command that runs them all,"
                + " and as commands of their own, such as kinesis-consume.",
        footer = """

                Examples:
                  source <(kinesis completions)          for kinesis, a link to ./jbang
                  source <(./jbang completions jbang)    for jbang and ./jbang
                """)
class completions implements Callable<Integer> {
    @Parameters(paramLabel = "COMMAND", arity = "0..1", defaultValue = "kinesis",
            description = "What runs the scripts by their names (default: ${DEFAULT-VALUE}).")
    String name;

    @Command
    static class Scripts {}

    /** The options of that script, which itself needs the Kinesis Client Library. */
    @Command(name = "worker", mixinStandardHelpOptions = true)
    static class Worker {
        @Mixin WorkerOptions application;
        @Mixin OutputOptions output;
        @Mixin Aws aws;
        @Mixin Log log;
    }

    @Override
    public Integer call() throws Exception {
        if (!name.matches("[\\w.-]+")) {
            throw new UsageException("'" + name + "' is no name of a command");
        }
        var stdout = new Stdout();
        var all = new CommandLine(new Scripts()).addSubcommand("demo", flagged(new local()));
        for (var script : List.of(new describe(), new produce(), new consume(), new Worker(), new local(), this)) {
            var command = flagged(script);
            stdout.println(AutoComplete.bash(name + "-" + command.getCommandName(), command));
            all.addSubcommand(command);
        }
        stdout.println(AutoComplete.bash(name, all));
        return Cli.OK;
    }

    /** With options that need no value as flags: of others, the generator believes that a value comes next. */
    private static CommandLine flagged(Object script) {
        var command = new CommandLine(script);
        var spec = command.getCommandSpec();
        for (var option : List.copyOf(spec.options())) {
            if (option.arity().min() == 0) {
                spec.remove(option);
                spec.addOption(OptionSpec.builder(option.names()).type(boolean.class).arity("0").description(option.description()).build());
            }
        }
        return command;
    }

    public static void main(String... args) {
        Cli.main(new completions(), args);
    }
}
