package lib.kinesis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import lib.cli.Failure;

/**
 * Collects the pages of a list call, and gives up on an endpoint whose pages never end: empty ones, the same one again, or ever new items.
 */
public final class Pages<T> {
    /**
     * How many pages in a row may bring nothing new. An engine may page by what it looks at, as DynamoDB does, and send empty pages before
     * the last.
     */
    private static final int MAX_REPEATED = 10;

    /** An engine's page has 100 items or more. */
    static final int MAX_PAGES = 1_000;

    /** Ten times the highest default shard quota of a region, since closed shards are listed, too (developer guide, quotas and limits). */
    public static final int MAX_ITEMS = 200_000;

    private final String action;
    private final Function<T, String> name;
    private final Map<String, T> items = new LinkedHashMap<>();
    private final String endpoint;
    private int pages;
    private int repeated;

    /**
     * @param action the call that brings a page, such as {@code ListShards}
     * @param name   of an item, by which a page is known to be the same again
     */
    public Pages(String action, Function<T, String> name) {
        this(action, name, "--endpoint-url");
    }

    /** @param endpoint the option or variable that sets the endpoint */
    public Pages(String action, Function<T, String> name, String endpoint) {
        this.action = action;
        this.name = name;
        this.endpoint = endpoint;
    }

    /**
     * Adds the items of a page that are new, and returns whether to ask for another page.
     *
     * @param hasMore whether the endpoint says that there is one
     * @throws Failure when 10 pages in a row bring nothing new, or a limit is exceeded
     */
    public boolean add(List<T> page, boolean hasMore) {
        var before = items.size();
        page.forEach(item -> items.putIfAbsent(name.apply(item), item));
        pages++;
        repeated = items.size() > before ? 0 : repeated + 1;
        if (hasMore && repeated >= MAX_REPEATED) {
            throw Failure.nonsense("%,d pages of %s in a row have no new items, and more pages follow".formatted(repeated, action),
                    endpoint);
        }
        if (hasMore && pages >= MAX_PAGES || items.size() > MAX_ITEMS) {
            throw Failure.nonsense("%s has sent %,d items in %,d pages, and more pages follow".formatted(action, items.size(), pages),
                    endpoint);
        }
        return hasMore;
    }

    public List<T> all() {
        return new ArrayList<>(items.values());
    }
}
