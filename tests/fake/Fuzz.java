package fake;

import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Random input for a parser: some rounds in the suite, FUZZ_ROUNDS when that is set. A failure names its seed; FUZZ_SEED repeats that
 * round.
 */
public final class Fuzz {
    private static final String ROUNDS = System.getenv("FUZZ_ROUNDS");
    private static final String SEED = System.getenv("FUZZ_SEED");

    private Fuzz() {}

    public interface Round {
        void run(Random random) throws Exception;
    }

    /**
     * Runs the rounds, each with a seed of its own.
     *
     * @param rounds without FUZZ_ROUNDS; all tests of the folder together take some seconds
     */
    public static void rounds(int rounds, Round round) {
        var seeds = ROUNDS == null ? new Random(1) : new Random(); // the suite does not fail on one machine only
        var many = ROUNDS != null ? Integer.parseInt(ROUNDS) : rounds;
        for (var n = SEED != null ? 1 : many; n > 0; n--) {
            var seed = SEED != null ? Long.parseLong(SEED) : seeds.nextLong();
            try {
                round.run(new Random(seed));
            } catch (Throwable e) {
                throw new AssertionError("FUZZ_SEED=" + seed + " repeats it: " + e, e);
            }
        }
    }

    /** Returns the bytes with some of them changed, cut out, doubled or added. */
    public static byte[] mutate(RandomGenerator random, byte[] bytes) {
        for (var changes = 1 + random.nextInt(4); changes > 0; changes--) {
            var from = random.nextInt(bytes.length + 1);
            var to = from + random.nextInt(Math.min(16, bytes.length - from) + 1);
            bytes = switch (random.nextInt(4)) {
                case 0 -> join(bytes, from, to, new byte[0]);
                case 1 -> join(bytes, from, from, Arrays.copyOfRange(bytes, from, to));
                case 2 -> join(bytes, from, from, bytes(random, random.nextInt(8)));
                default -> join(bytes, from, to, bytes(random, to - from));
            };
        }
        return bytes;
    }

    public static byte[] bytes(RandomGenerator random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Returns the bytes with others in the place of a part of them. */
    private static byte[] join(byte[] bytes, int from, int to, byte[] others) {
        var joined = Arrays.copyOf(bytes, from + others.length + bytes.length - to);
        System.arraycopy(others, 0, joined, from, others.length);
        System.arraycopy(bytes, to, joined, from + others.length, bytes.length - to);
        return joined;
    }
}
