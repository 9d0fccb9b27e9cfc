package fake;

/** The status of a stream or consumer, and the change that is behind it. */
final class Settling {
    private String status = "ACTIVE";
    private Runnable effect; // null when no change goes on
    private int looks;

    String status() {
        return status;
    }

    /** @param effect runs when the change settles */
    void begin(String status, Runnable effect) {
        this.status = status;
        this.effect = effect;
        looks = 0;
    }

    /** Settles the change at the second look after it began. */
    void look() {
        if (++looks == 2) {
            settle();
        }
    }

    void settle() {
        if (effect != null) {
            var settled = effect;
            effect = null;
            status = "ACTIVE";
            settled.run();
        }
    }
}
