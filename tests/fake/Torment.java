package fake;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** What happens to a team of workers and its stream. */
public interface Torment {
    /** A torment and when it comes, in seconds from the begin. */
    record Event(double second, Torment torment) {}

    void on(WorkerTeam team) throws Exception;

    /** Ends a worker with a signal, and starts another in its place. */
    record End(String signal, int who) implements Torment {
        @Override
        public void on(WorkerTeam team) throws Exception {
            team.end(signal, who);
        }
    }

    /** Freezes a worker. */
    record Freeze(int who, double seconds) implements Torment {
        @Override
        public void on(WorkerTeam team) throws Exception {
            team.freeze(who, seconds);
        }
    }

    /** Splits an open shard, or merges two. */
    record Reshard(boolean isSplit, int which) implements Torment {
        @Override
        public void on(WorkerTeam team) throws Exception {
            team.reshard(isSplit, which);
        }
    }

    /** Takes a service away from a worker, or from all of them when there is no such worker. */
    record Outage(WorkerTeam.Service service, Link.State state, int who, double seconds) implements Torment {
        @Override
        public void on(WorkerTeam team) throws Exception {
            team.cutOff(service, state, who, seconds);
        }
    }

    /**
     * Makes a plan: a seed has always the same one.
     *
     * @param seconds  how long it is
     * @param pace     1: an end every 15 s, a split or merge every 27 s, a frozen worker every 40 s, an outage every minute
     * @param takeover of the workers, in seconds
     */
    static List<Event> plan(long seed, double seconds, double pace, double takeover) {
        var random = new Random(seed);
        var plan = new ArrayList<Event>();
        add(plan, random, seconds, 15 / pace, () -> new End(random.nextInt(4) > 0 ? "KILL" : "TERM", random.nextInt(WorkerTeam.SIZE)));
        add(plan, random, seconds, 27 / pace, () -> new Reshard(random.nextBoolean(), random.nextInt(100)));
        add(plan, random, seconds, 40 / pace,
                () -> new Freeze(random.nextInt(WorkerTeam.SIZE), takeover * (0.2 + 1.2 * random.nextDouble())));
        add(plan, random, seconds, 60 / pace, () -> new Outage(
                random.nextBoolean() ? WorkerTeam.Service.DYNAMODB : WorkerTeam.Service.KINESIS,
                random.nextBoolean() ? Link.State.STILL : Link.State.CUT, random.nextInt(2 * WorkerTeam.SIZE),
                2 + seconds / 10 * Math.pow(random.nextDouble(), 2))); // most are short
        plan.sort(Comparator.comparing(Event::second));
        return plan;
    }

    private static void add(List<Event> plan, Random random, double seconds, double interval, Supplier<Torment> torment) {
        for (var at = interval * random.nextDouble(); at < seconds; at += interval * (0.5 + random.nextDouble())) {
            plan.add(new Event(at, torment.get()));
        }
    }
}
