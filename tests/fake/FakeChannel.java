package fake;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.ToIntFunction;

/** Stands for the process's stdout; the function takes what is written and returns how many bytes it took. */
public record FakeChannel(ToIntFunction<ByteBuffer> take) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) {
        var taken = take.applyAsInt(bytes.duplicate());
        bytes.position(bytes.position() + taken);
        return taken;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
