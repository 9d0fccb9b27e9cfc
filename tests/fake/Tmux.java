package fake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.function.Predicate;

/** A terminal that a program can look at. */
public final class Tmux implements AutoCloseable {
    private final String[] server;

    public Tmux(Path folder, int width, int height) throws Exception {
        Script.build();
        server = new String[] {"tmux", "-f", "/dev/null", "-S", folder.resolve("socket").toString()};
        tmux("new-session", "-d", "-x", String.valueOf(width), "-y", String.valueOf(height), "env", "PS1=", "sh");
    }

    public void type(String keys) throws Exception {
        tmux("send-keys", "-l", keys);
    }

    public void resize(int width, int height) throws Exception {
        tmux("resize-window", "-x", String.valueOf(width), "-y", String.valueOf(height));
    }

    /** What is on the screen, once it is as expected. */
    public String await(Predicate<String> condition) throws Exception {
        var deadline = System.nanoTime() + 60_000_000_000L;
        while (true) {
            var screen = tmux("capture-pane", "-p");
            if (condition.test(screen)) {
                return screen;
            }
            assertTrue(System.nanoTime() < deadline, "the screen is not as expected:\n" + screen);
            Thread.sleep(50);
        }
    }

    /** The cursor is there, what was on the screen as well, and what is typed is shown and read by lines. */
    public void checkUsable() throws Exception {
        assertEquals("cursor 1 alternate 0\n", tmux("display-message", "-p", "cursor #{cursor_flag} alternate #{alternate_on}"));
        type("stty -a | tr ' ;' '\\n\\n' | grep -x '.*icanon\\|.*echo' | xargs echo tty:\n");
        await(text -> text.contains("tty: icanon echo"));
    }

    private String tmux(String... arguments) throws Exception {
        return Script.command(server).and(arguments).run(0).stdout();
    }

    @Override
    public void close() throws Exception {
        tmux("kill-server");
    }
}
