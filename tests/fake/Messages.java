package fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * The texts of the scripts, of lib/ and of the wrapper, without the values that a run puts in: a {@link #VALUE} stands for each value.
 *
 * @param all      all texts, one after the other
 * @param failures the messages of the failures that are made, and of the warnings
 */
public record Messages(String all, List<String> failures) {
    /** Separates the parts of a message between which a run puts a value. */
    public static final String VALUE = "\0";

    private static final Pattern FORMAT = Pattern.compile("%(\\.\\d+|,)?[sdfx]");
    private static final Set<String> WARNINGS = Set.of("warn", "warnOnce");

    public static Messages read() throws IOException {
        var all = new StringBuilder(wrapper());
        var failures = new ArrayList<String>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var paths = Files.walk(Script.ROOT); var files = compiler.getStandardFileManager(null, null, UTF_8)) {
            var sources = files.getJavaFileObjectsFromPaths(paths.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> path.getParent().equals(Script.ROOT) || path.startsWith(Script.ROOT.resolve("lib"))).sorted().toList());
            for (var unit : ((JavacTask) compiler.getTask(null, files, null, null, null, sources)).parse()) {
                new Scanner(all, failures).scan(unit, null);
            }
        }
        return new Messages(all.toString(), failures);
    }

    /** Returns the wrapper, in which the arguments of a message stand on several lines. */
    private static String wrapper() throws IOException {
        return Files.readString(Script.ROOT.resolve("jbang")).replaceAll("[\"'] *\\\\\n *[\"']", " ")
                .replaceAll("\\$(\\w+|\\{[^}]*})", VALUE);
    }

    /** Returns the text that an expression makes. */
    private static String text(ExpressionTree tree) {
        if (tree instanceof LiteralTree literal && literal.getKind() == Kind.STRING_LITERAL) {
            return FORMAT.matcher((String) literal.getValue()).replaceAll(VALUE);
        }
        if (tree instanceof BinaryTree sum && sum.getKind() == Kind.PLUS) {
            return text(sum.getLeftOperand()) + text(sum.getRightOperand());
        }
        if (tree instanceof ConditionalExpressionTree choice) {
            return VALUE + text(choice.getTrueExpression()) + VALUE + text(choice.getFalseExpression()) + VALUE;
        }
        if (tree instanceof ParenthesizedTree inner) {
            return text(inner.getExpression());
        }
        if (tree instanceof MethodInvocationTree call && call.getMethodSelect() instanceof MemberSelectTree method
                && method.getIdentifier().contentEquals("formatted")) {
            return text(method.getExpression());
        }
        return VALUE;
    }

    private static final class Scanner extends TreeScanner<Void, Void> {
        private final StringBuilder all;
        private final List<String> failures;

        Scanner(StringBuilder all, List<String> failures) {
            this.all = all;
            this.failures = failures;
        }

        @Override
        public Void visitLiteral(LiteralTree tree, Void none) {
            all.append(VALUE).append(text(tree));
            return null;
        }

        @Override
        public Void visitBinary(BinaryTree tree, Void none) {
            all.append(VALUE).append(text(tree));
            return super.visitBinary(tree, none);
        }

        @Override
        public Void visitNewClass(NewClassTree tree, Void none) {
            if (tree.getIdentifier().toString().equals("Failure")) {
                failures.add(text(tree.getArguments().get(0)));
            }
            return super.visitNewClass(tree, none);
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree tree, Void none) {
            if (tree.getMethodSelect() instanceof MemberSelectTree method && WARNINGS.contains(method.getIdentifier().toString())) {
                failures.add(text(tree.getArguments().get(method.getIdentifier().contentEquals("warn") ? 0 : 1)));
            }
            return super.visitMethodInvocation(tree, none);
        }
    }
}
