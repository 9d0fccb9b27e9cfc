///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Print the bash and zsh completions of all scripts
//JAVA 17+
//DEPS info.picocli:picocli:4.7.7
//SOURCES describe.java stream.java local.java produce.java consume.java lib/worker/WorkerOptions.java
//COMPILE_OPTIONS -encoding UTF-8 -XDstringConcat=inline
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable -Xlog:all=warning,cds*=off:stderr -XX:+DisplayVMOutputToStderr

import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import lib.aws.Aws;
import lib.cli.Cli;
import lib.cli.Log;
import lib.cli.Stdout;
import lib.cli.UsageException;
import lib.consume.OutputOptions;
import lib.kinesis.StreamRef;
import lib.worker.WorkerOptions;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine;

@Command(name = "completions", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Print the bash and zsh completions of all scripts: as subcommands of one command, such as 'kinesis consume', and"
                + " as separate commands, such as kinesis-consume.",
        footer = """

                Examples:
                  source <(kinesis completions)          for kinesis, a link to ./jbang
                  source <(./jbang completions jbang)    for jbang and ./jbang
                """)
class completions implements Callable<Integer> {
    private static final String STREAM = "STREAM";

    /**
     * The shell functions that complete stream names, for bash and for zsh under bashcompinit. The functions that picocli generates call
     * them and own their variables. bash runs all of them in the user's own shell, so they leave no job and no variable behind.
     */
    private static final String FUNCTIONS = """
            # Sets currIndex, the number of positional parameters before the cursor; current, the word up to the cursor; and connection, the
            # connection options before it. Reads COMP_LINE: bash cuts COMP_WORDS at ':' and '=', too.
            _kinesis_position() { # COMMAND OPTIONS_WITH_A_VALUE
              local command=$1 piece prefix= rest=${COMP_LINE:0:$COMP_POINT}
              currIndex=-1 current= connection=()
              for piece in "${COMP_WORDS[@]}"; do
                if [[ $rest == [[:space:]]* ]]; then # the last word is complete
                  rest=${rest#"${rest%%[![:space:]]*}"}
                  current=$prefix$current
                  [ "$prefix" = ./ ] || prefix=
                  case $current in
                    "$command") currIndex=0 command= ;;
                    --) prefix=./ ;; # no later word is an option
                    --region=* | --profile=* | --endpoint-url=* | --local) connection+=("${current//[\\'\\"\\\\]/}") ;;
                    -?*) [[ $2 != *"'$current'"* ]] || prefix=$current= ;;
                    *) currIndex=$((currIndex + 1)) ;;
                  esac
                  current=
                fi
                [[ $rest == "$piece"* ]] || piece=$rest # the cursor is in it
                current+=$piece
                rest=${rest#"$piece"}
              done
            }

            # Sets COMPREPLY to the names in the cache. A process in the background fills the cache when it is older than a minute.
            _kinesis_streams() { # COMMAND...: what describes streams
              local begin=${current#[\\'\\"]} key cache IFS=$'\\n'
              [[ $begin != *[!a-zA-Z0-9_.-]* ]] || return 0 # no name, such as an ARN
              key='^AWS_(PROFILE|(DEFAULT_)?REGION|ENDPOINT_URL.*|ACCESS_KEY_ID|CONFIG_FILE|SHARED_CREDENTIALS_FILE)='
              key=$({ printf '%s\\n' "${connection[@]}"; env | command grep -E "$key"; } | cksum) || return 0
              cache=${XDG_CACHE_HOME:-$HOME/.cache}/kinesis/streams-${key// /-}
              COMPREPLY=($(LC_ALL=C command grep -x "${begin//./[.]}[a-zA-Z0-9_.-]*" "$cache"))
              (exec sh -c '
                cache=$1 folder=${1%/*}
                shift
                mkdir -p "$folder" && chmod 700 "$folder" || exit
                [ -z "$(find "$cache" ! -mmin +1)" ] || exit
                find "$cache.new" -mmin +10 -exec rm -f {} + # a killed process left it
                (set -C; : >"$cache.new") || exit # another process fills the cache
                "$@" >"$cache.new" && mv -f "$cache.new" "$cache" || rm -f "$cache.new"
                find "$folder" -name "streams-*" -mtime +7 ! -path "$cache" -exec rm -f {} +
              ' sh "$cache" "${@/#\\~/$HOME}" -1 "${connection[@]}" </dev/null >/dev/null &)
            } 2>/dev/null
            """;

    @Parameters(paramLabel = "COMMAND", arity = "0..1", defaultValue = "kinesis",
            description = "Command that runs the scripts by name (default: ${DEFAULT-VALUE}).")
    String name;

    @Command
    static class Scripts {}

    /** The options of that script, which itself needs the Kinesis Client Library. */
    @Command(name = "worker", mixinStandardHelpOptions = true)
    static class Worker {
        @Parameters(paramLabel = "STREAM") StreamRef ref;
        @Mixin WorkerOptions application;
        @Mixin OutputOptions output;
        @Mixin Aws aws;
        @Mixin Log log;
    }

    @Override
    public Integer call() throws Exception {
        if (!name.matches("[\\w.-]+")) {
            throw new UsageException("'" + name + "' is not the name of a command; write letters, digits, _ . -");
        }
        var stdout = new Stdout();
        var all = new CommandLine(new Scripts()).addSubcommand("demo", prepared(new CommandLine(new local())));
        for (var script : List.of(new describe(), new stream(), new produce(), new consume(), new Worker(), new local(), this)) {
            var command = prepared(new CommandLine(script));
            stdout.println(bash(name + "-" + command.getCommandName(), command, "\"${COMP_WORDS[0]%-*}-describe\""));
            all.addSubcommand(command);
        }
        stdout.println(bash(name, all, "\"${COMP_WORDS[0]}\" describe"));
        stdout.println(FUNCTIONS);
        return Cli.OK;
    }

    /** Returns the command with options that need no value as flags, since the generator takes the word after others for a value. */
    private static CommandLine prepared(CommandLine command) {
        var spec = command.getCommandSpec();
        for (var option : List.copyOf(spec.options())) {
            if (option.arity().min() == 0) {
                spec.remove(option);
                spec.addOption(OptionSpec.builder(option.names()).type(boolean.class).arity("0").description(option.description()).build());
            }
        }
        for (var parameter : List.copyOf(spec.positionalParameters())) {
            if (parameter.type() == StreamRef.class) {
                spec.remove(parameter);
                spec.addPositional(PositionalParamSpec.builder(parameter).paramLabel(STREAM).completionCandidates(List.of()).build());
            }
        }
        command.getSubcommands().values().forEach(completions::prepared);
        return command;
    }

    /** Generates the completion of a command, which asks our functions for the names of streams and where the cursor is. */
    private static String bash(String name, CommandLine command, String describe) {
        var streams = "_kinesis_streams " + describe + "; return";
        return AutoComplete.bash(name, command)
                .replaceAll("local currIndex\n *currIndex=\\$\\(currentPositionalIndex (.*)\\)",
                        "local currIndex current connection\n    _kinesis_position $1")
                .replaceAll(" *local " + STREAM + "_pos_param_args=.*\n", "")
                .replaceAll("positionals=.*" + STREAM + "_pos_param_args.*", Matcher.quoteReplacement(streams))
                .replace(" -o default ", " "); // or zsh would propose files where there are no names yet
    }

    public static void main(String... args) {
        Cli.main(new completions(), args);
    }
}
