package fake;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Checks requests against AWS's own description of them: service-model.json, an excerpt of the service model 2013-12-02 of Kinesis, from
 * which AWS generates its SDKs. The excerpt has the input of each operation of {@link FakeStreams}, a line each, without the texts.
 */
public final class ServiceModel {
    private static final Map<String, Class<?>> CLASSES = Map.of("structure", Map.class, "map", Map.class, "list", List.class,
            "string", String.class, "integer", Integer.class, "boolean", Boolean.class, "blob", byte[].class, "timestamp", Number.class);

    private final Map<String, Object> inputs;

    public ServiceModel() throws IOException {
        inputs = JSON.std.mapFrom(Files.readString(Script.ROOT.resolve("tests/fake/service-model.json")));
    }

    /**
     * What is wrong with a request.
     *
     * @param errorCode of the service's response
     */
    public record Violation(String errorCode, String message) {}

    /** Returns what is wrong with the request: empty when the service takes it. A null in the request counts as a missing member. */
    public List<Violation> check(String action, Map<String, Object> request) {
        if (!inputs.containsKey(action)) {
            return List.of(new Violation("UnknownOperationException", "the excerpt of the service model has no " + action));
        }
        var check = new Check(new ArrayList<>());
        check.value(shape(inputs, action), request, action);
        return check.violations;
    }

    private record Check(List<Violation> violations) {
        void value(Map<String, Object> shape, Object value, String path) {
            var type = (String) shape.get("type");
            if (!CLASSES.get(type).isInstance(value)) {
                violations.add(new Violation("SerializationException", "%s at %s is no %s".formatted(value, path, type)));
                return;
            }
            switch (type) {
                case "structure" -> structure(shape, (Map<?, ?>) value, path);
                case "map" -> ((Map<?, ?>) value).forEach((key, each) -> {
                    value(shape(shape, "key"), key, path);
                    value(shape(shape, "value"), each, path + "." + key);
                });
                case "list" -> ((List<?>) value).forEach(each -> value(shape(shape, "member"), each, path));
                default -> { }
            }
            constraints(shape, value, path);
        }

        private void structure(Map<String, Object> shape, Map<?, ?> structure, String path) {
            var members = shape(shape, "members");
            structure.forEach((name, value) -> {
                if (!members.containsKey(name)) {
                    invalid(value, path + "." + name, "be a member of the service model");
                } else if (value != null) {
                    value(shape(members, (String) name), value, path + "." + name);
                }
            });
            for (var name : list(shape, "required")) {
                if (structure.get(name) == null) {
                    invalid(null, path + "." + name, "not be null");
                }
            }
        }

        private void constraints(Map<String, Object> shape, Object value, String path) {
            if (shape.containsKey("min") && size(value) < (int) shape.get("min")) {
                invalid(value, path, "have a value or length of at least " + shape.get("min"));
            }
            if (shape.containsKey("max") && size(value) > (int) shape.get("max")) {
                invalid(value, path, "have a value or length of at most " + shape.get("max"));
            }
            if (shape.containsKey("enum") && !list(shape, "enum").contains(value)) {
                invalid(value, path, "satisfy enum value set: " + shape.get("enum"));
            }
            if (shape.get("pattern") instanceof String pattern && !((String) value).matches(pattern)) {
                invalid(value, path, "satisfy regular expression pattern: " + pattern);
            }
        }

        /** Adds a violation in the words of the service. */
        private void invalid(Object value, String path, String constraint) {
            violations.add(new Violation("ValidationException",
                    "Value '%s' at '%s' failed to satisfy constraint: Member must %s".formatted(value, path, constraint)));
        }
    }

    private static int size(Object value) {
        if (value instanceof Integer number) {
            return number;
        }
        if (value instanceof String text) {
            return text.length();
        }
        if (value instanceof byte[] bytes) {
            return bytes.length;
        }
        return value instanceof Map<?, ?> map ? map.size() : ((List<?>) value).size();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> shape(Map<String, Object> shapes, String name) {
        return (Map<String, Object>) shapes.get(name);
    }

    private static List<?> list(Map<String, Object> shape, String name) {
        return (List<?>) shape.getOrDefault(name, List.of());
    }
}
