package lib.produce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lib.cli.Log;
import lib.cli.OpenFile;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on stderr that shows a person how much of the files has been read. */
public final class Progress implements AutoCloseable {
    private final List<String> files;
    private final boolean isWanted;
    private final Log log;
    private ProgressBar bar; // from the first record that is read on

    /**
     * Of these files; there is no bar when nobody looks, it is not wanted, or it would get into what is printed on the same terminal.
     *
     * @param files    none for stdin
     * @param printing whether lines are printed on stdout for what is read
     */
    public Progress(List<String> files, boolean printing, Log log) {
        this.files = files;
        this.isWanted = !log.isQuiet() && OpenFile.STDERR.isTerminal() && !(printing && OpenFile.STDOUT.isTerminal());
        this.log = log;
    }

    private ProgressBar bar() throws IOException {
        var size = files.isEmpty() ? -1L : 0;
        for (var file : files) {
            var path = Path.of(file);
            if (!Files.isRegularFile(path)) { // a pipe: how much will come is not known
                size = -1;
                break;
            }
            size += Files.size(path);
        }
        return new ProgressBarBuilder().setTaskName("read").setInitialMax(size)
                .setUnit(size >> 20 > 0 ? " MiB" : " KiB", size >> 20 > 0 ? 1 << 20 : 1 << 10).showSpeed()
                .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(200)
                .setConsumer(new DelegatingProgressBarConsumer(log::status)).build();
    }

    void at(long position) throws IOException {
        if (isWanted) {
            bar = bar == null ? bar() : bar;
            bar.stepTo(position);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            log.status(null);
        }
    }
}
