package fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.PackageTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A Java file of the clone, as the compiler parses it.
 *
 * @param path its path in the clone
 * @param packageName the name of its package, empty for the default package
 * @param wings the wings of lib/ that it imports or uses by a full name
 * @param nestedConditionals the conditional expressions ({@code a ? b : c}) that stand in another one
 */
public record Source(Path path, List<String> lines, String packageName, Set<String> wings, List<String> nestedConditionals) {
    /** Parses all Java files of the clone, in the order of their paths. */
    public static List<Source> all() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var paths = Files.walk(Script.ROOT); var files = compiler.getStandardFileManager(null, null, UTF_8)) {
            var sources = files.getJavaFileObjectsFromPaths(paths.filter(path -> path.toString().endsWith(".java")).sorted().toList());
            var all = new ArrayList<Source>();
            for (var unit : ((JavacTask) compiler.getTask(null, files, null, null, null, sources)).parse()) {
                all.add(of(unit));
            }
            return all;
        }
    }

    private static Source of(CompilationUnitTree unit) throws IOException {
        var file = Path.of(unit.getSourceFile().toUri());
        var packageName = unit.getPackageName() == null ? "" : unit.getPackageName().toString();
        var source = new Source(Script.ROOT.relativize(file), Files.readAllLines(file), packageName, new TreeSet<>(), new ArrayList<>());
        source.new Scanner().scan(unit, null);
        return source;
    }

    public boolean isScript() {
        return lines.get(0).startsWith("///usr/bin/env jbang ");
    }

    /** Returns the files that its {@code //SOURCES} list, by their paths in the clone. */
    public List<Path> listed() {
        return lines.stream().filter(line -> line.startsWith("//SOURCES ")).flatMap(line -> Stream.of(line.split(" ")).skip(1))
                .map(name -> path.resolveSibling(name).normalize()).sorted().toList();
    }

    private final class Scanner extends TreePathScanner<Void, Void> {
        @Override
        public Void visitPackage(PackageTree tree, Void none) {
            return null; // its name is no use of the wing
        }

        @Override
        public Void visitMemberSelect(MemberSelectTree tree, Void none) {
            if (tree.getExpression() instanceof IdentifierTree name && name.getName().contentEquals("lib")) {
                wings.add(tree.getIdentifier().toString());
            }
            return super.visitMemberSelect(tree, none);
        }

        @Override
        public Void visitConditionalExpression(ConditionalExpressionTree tree, Void none) {
            var outer = getCurrentPath().getParentPath();
            while (outer.getLeaf() instanceof ParenthesizedTree || outer.getLeaf() instanceof BinaryTree) {
                outer = outer.getParentPath();
            }
            if (outer.getLeaf() instanceof ConditionalExpressionTree) {
                nestedConditionals.add(tree.toString());
            }
            return super.visitConditionalExpression(tree, none);
        }
    }
}
