package fake;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.Stream;
import lib.kinesis.Shards;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** Workers of one application as processes, each behind links of its own; who ends is replaced. They append to one file. */
public final class WorkerTeam implements AutoCloseable {
    static final int SIZE = 4;
    private static final int FEW_SHARDS = 4;
    private static final int MANY_SHARDS = 10;

    enum Service { KINESIS, DYNAMODB }

    private final Path out;
    private final String stream;
    private final Script.Builder command;
    private final List<Member> members = new ArrayList<>();
    private final List<Script> leaving = new ArrayList<>();
    private final PriorityQueue<Torment.Event> later = new PriorityQueue<>(Comparator.comparing(Torment.Event::second));
    private final long began = System.nanoTime();

    /** Seconds from the start of a worker to its first shard. */
    public final List<Double> starts = new ArrayList<>();

    /** The workers that ended without being asked to. */
    public final List<String> endedByThemselves = new ArrayList<>();

    /** What happened, a line each, with the number of records that had come again by then. */
    public final List<String> history = new ArrayList<>();

    /**
     * The longest time, in seconds, that a worker without a shard said nothing, while both services answered. A worker that has said what
     * it waits for does not count.
     */
    public double longestSilence;

    public WorkerTeam(Path out, String stream, String... options) throws IOException {
        this.out = out;
        this.stream = stream;
        var worker = Script.jbang("worker", stream, "--app", TestWorkers.application(), "--from", "earliest", "-o", "raw", "--local");
        command = Script.command("bash", "-c", "exec \"$@\" >>\"$0\"", out.toString()).and(worker.and(options));
        for (int n = 0; n < SIZE; n++) {
            members.add(new Member(n));
        }
    }

    /** A place in the team. */
    private final class Member {
        private final int number;
        private final Map<Service, Link> links;
        private Script worker;
        private double started;
        private double heard;
        private int said;
        private boolean hadShard;
        private boolean isFrozen;

        private Member(int number) throws IOException {
            this.number = number;
            links = new TreeMap<>(Map.of(Service.KINESIS, new Link(TestKinesis.endpoint()),
                    Service.DYNAMODB, new Link(TestWorkers.dynamodb())));
            start();
        }

        private URI endpoint(Service service) {
            return links.get(service).endpoint();
        }

        private void start() throws IOException {
            worker = Script.command().and(command).and("--endpoint-url", endpoint(Service.KINESIS).toString())
                    .env("AWS_ENDPOINT_URL_DYNAMODB", endpoint(Service.DYNAMODB)).start();
            started = heard = now();
            said = 0;
            hadShard = isFrozen = false;
        }

        private void watch() throws IOException {
            if (!worker.process().isAlive()) {
                var line = "worker %d ended by itself after %.0f s: %s".formatted(number, now() - started, lastLine());
                endedByThemselves.add(line);
                note(line);
                start();
            }
            var stderr = worker.stderr();
            var hasShard = !TestWorkers.shards(worker).isEmpty();
            if (hasShard && !hadShard) {
                starts.add(now() - started);
                hadShard = true;
            }
            var isExplained = isFrozen || lastLine().contains(" waits: ") || !links.values().stream().allMatch(Link::isOpen);
            if (hasShard || isExplained || stderr.length() > said) {
                heard = now();
            }
            said = stderr.length();
            longestSilence = Math.max(longestSilence, now() - heard);
        }

        private String lastLine() {
            return worker.stderr().lines().reduce("", (a, b) -> b);
        }
    }

    private double now() {
        return (System.nanoTime() - began) / 1e9;
    }

    private void note(String line) throws IOException {
        var lines = Files.readAllLines(out);
        history.add("%5.1f s  %5d again  %s".formatted(now(), lines.size() - new HashSet<>(lines).size(), line));
    }

    /** Returns whether a worker has a shard. */
    public boolean hasShards() throws IOException {
        watch();
        return members.stream().anyMatch(member -> member.hadShard);
    }

    /** Looks after the workers; called often. */
    public void watch() throws IOException {
        for (var member : members) {
            member.watch();
        }
    }

    /** Lets the plan happen, and returns when all workers run on and all links are open. */
    public void run(List<Torment.Event> plan) throws Exception {
        var from = now();
        plan.forEach(event -> in(event.second() + from - now(), event.torment()));
        while (!later.isEmpty()) {
            if (later.peek().second() > now()) {
                watch();
                Thread.sleep(50);
            } else {
                later.poll().torment().on(this);
            }
        }
    }

    private void in(double seconds, Torment torment) {
        later.add(new Torment.Event(now() + seconds, torment));
    }

    void end(String signal, int who) throws Exception {
        var member = members.get(who);
        watch(); // else it may have ended by itself just now
        note(signal + " of worker " + who + (member.hadShard ? ""
                : ", which has had no shard in %.0f s: %s".formatted(now() - member.started, member.lastLine())));
        member.worker.signal(signal);
        if (signal.equals("KILL")) {
            member.worker.awaitExit(137);
        } else {
            leaving.add(member.worker);
        }
        member.start();
    }

    void freeze(int who, double seconds) throws Exception {
        var member = members.get(who);
        var worker = member.worker;
        note("worker %d is frozen for %.1f s".formatted(who, seconds));
        worker.signal("STOP");
        member.isFrozen = true;
        in(seconds, team -> {
            worker.signal("CONT");
            member.isFrozen = member.isFrozen && member.worker != worker;
        });
    }

    void cutOff(Service service, Link.State state, int who, double seconds) throws IOException {
        note("%s is %s for %s for %.1f s".formatted(service, state, who < SIZE ? "worker " + who : "all", seconds));
        for (var member : who < SIZE ? List.of(members.get(who)) : members) {
            var link = member.links.get(service);
            link.set(state);
            in(seconds, team -> link.set(Link.State.OPEN)); // which may end another outage early
        }
    }

    void reshard(boolean isSplit, int which) throws Exception {
        var open = openShards();
        if (open.size() <= FEW_SHARDS || isSplit && open.size() < MANY_SHARDS) {
            var shard = open.get(which % open.size()).shardId();
            note("split of " + shard);
            TestKinesis.split(stream, shard);
        } else {
            var first = which % (open.size() - 1);
            note("merge of " + open.get(first).shardId() + " and " + open.get(first + 1).shardId());
            TestKinesis.merge(stream, open.get(first).shardId(), open.get(first + 1).shardId());
        }
    }

    /** Ends all but so many workers, and waits for the end of each that was asked to. */
    public void shrink(int size) throws Exception {
        while (members.size() > size) {
            leaving.add(members.remove(members.size() - 1).worker.signal("TERM"));
        }
        for (var worker : leaving) {
            worker.awaitExit(143);
        }
    }

    /** Waits until no worker has more open shards than an even share, and returns how many each worker has then, or at the deadline. */
    public List<Integer> awaitBalance(Duration longest) throws Exception {
        var open = openShards().stream().map(Shard::shardId).toList();
        var began = now();
        while (true) {
            watch();
            var shares = members.stream()
                    .map(member -> (int) TestWorkers.shards(member.worker).stream().filter(open::contains).count()).toList();
            var isBalanced = shares.stream().mapToInt(share -> share).sum() == open.size() && Collections.max(shares) <= evenShare();
            if (isBalanced || now() - began > longest.toSeconds()) {
                note("open shards of each worker after %.0f s: %s".formatted(now() - began, shares));
                return shares;
            }
            Thread.sleep(100);
        }
    }

    /** Returns how many of the open shards each worker has when they are shared evenly, rounded up. */
    public int evenShare() {
        return (openShards().size() + members.size() - 1) / members.size();
    }

    /** In the order of their hash keys. */
    private List<Shard> openShards() {
        return TestKinesis.shards(stream).stream().filter(Shards::isOpen)
                .sorted(Comparator.comparing(shard -> new BigInteger(shard.hashKeyRange().startingHashKey()))).toList();
    }

    @Override
    public void close() throws IOException {
        for (var member : members) {
            member.worker.close();
            for (var link : member.links.values()) {
                link.close();
            }
        }
        leaving.forEach(Script::close);
    }

    @Override
    public String toString() {
        return String.join("\n", history) + "\n" + Stream.concat(members.stream().map(member -> member.worker), leaving.stream())
                .map(Script::toString).reduce("", (a, b) -> a + "\n" + b);
    }
}
