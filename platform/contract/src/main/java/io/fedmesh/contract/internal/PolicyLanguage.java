package io.fedmesh.contract.internal;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.fedmesh.contract.Policy;
import io.fedmesh.contract.internal.Node.Scalar;
import java.util.List;
import java.util.Map;

/**
 * The Common Expression Language over {@link PolicyFacts}: typed, without side effects, and bounded. A value of an
 * expression never grows: what makes texts, lists or maps of others is refused, {@code map} and {@code +} among it, so that
 * an evaluation costs at most its nodes times its turns times the size of the facts. The only class that knows the library.
 * Source: github.com/google/cel-spec, doc/langdef.md.
 */
final class PolicyLanguage {
    /** Of an expression, in characters. */
    static final int MAX_LENGTH = 4_000;
    /** Parts of a syntax tree, those that macros make included. */
    static final int MAX_NODES = 500;
    /** Turns of all loops of one evaluation together. */
    static final int MAX_TURNS = 20_000;

    private static final int MAX_NESTING = 100;
    private static final int MAX_REGEX_PROGRAM = 1_000;
    /** What macros call their own accumulator; no expression can name it. */
    private static final String ACCUMULATOR = "@result";

    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .maxExpressionCodePointSize(MAX_LENGTH)
            .maxParseRecursionDepth(MAX_NESTING)
            .comprehensionMaxIterations(MAX_TURNS)
            .maxRegexProgramSize(MAX_REGEX_PROGRAM)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS).build();

    private PolicyLanguage() {}

    /** What an expression must come to. */
    enum Result {
        /** Whether it holds. */
        TRUTH(SimpleType.BOOL),
        /** Fields of the contract. */
        FIELDS(ListType.create(StructTypeReference.create("fedmesh.Field")));

        private final CelType type;

        Result(CelType type) {
            this.type = type;
        }
    }

    /**
     * What is wrong with an expression.
     *
     * @param line 1-based within the expression
     */
    record Mistake(int line, String message) {}

    /** An expression that does not compile. */
    static final class Miswritten extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient List<Mistake> mistakes;

        Miswritten(List<Mistake> mistakes) {
            super("an expression does not compile");
            this.mistakes = List.copyOf(mistakes);
        }

        List<Mistake> mistakes() {
            return mistakes;
        }
    }

    /** An evaluation that came to no result; says why in one line. */
    static final class Undecided extends Exception {
        private static final long serialVersionUID = 1L;

        Undecided(String message) {
            super(message);
        }
    }

    /** An expression that compiled. Thread-safe. */
    static final class Program {
        private final CelRuntime.Program program;

        private Program(CelRuntime.Program program) {
            this.program = program;
        }

        /** Whether it holds of the facts. */
        boolean holds(Map<String, Object> facts) throws Undecided {
            Object value = eval(facts);
            if (value instanceof Boolean holds) {
                return holds;
            }
            throw new Undecided("the expression must come to true or false but did not");
        }

        /** Names of the fields that it comes to. */
        List<String> fields(Map<String, Object> facts) throws Undecided {
            Object value = eval(facts);
            if (value instanceof List<?> list && list.stream().allMatch(Map.class::isInstance)) {
                return list.stream()
                        .map(field -> String.valueOf(((Map<?, ?>) field).get("name")))
                        .toList();
            }
            throw new Undecided("the expression must come to fields but did not");
        }

        private Object eval(Map<String, Object> facts) throws Undecided {
            try {
                return program.eval(facts);
            } catch (CelEvaluationException | RuntimeException e) {
                throw new Undecided(Scalar.sentence(String.valueOf(e.getMessage())));
            }
        }
    }

    static Program compile(String expression, Policy.Subject subject, Result result) throws Miswritten {
        CelValidationResult checked = compiler(subject, result).compile(expression);
        if (checked.hasError()) {
            throw new Miswritten(checked.getErrors().stream()
                    .map(issue -> new Mistake(
                            Math.max(1, issue.getSourceLocation().getLine()), Scalar.sentence(issue.getMessage())))
                    .toList());
        }
        try {
            CelAbstractSyntaxTree tree = checked.getAst();
            refuseGrowth(CelNavigableAst.fromAst(tree).getRoot());
            return new Program(RUNTIME.createProgram(tree));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new Miswritten(List.of(new Mistake(1, Scalar.sentence(String.valueOf(e.getMessage())))));
        }
    }

    private static CelCompiler compiler(Policy.Subject subject, Result result) {
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(
                        CelStandardMacro.HAS,
                        CelStandardMacro.ALL,
                        CelStandardMacro.EXISTS,
                        CelStandardMacro.EXISTS_ONE,
                        CelStandardMacro.FILTER)
                .setTypeProvider(new PolicyTypes())
                .setResultType(result.type)
                .addVar("contract", StructTypeReference.create("fedmesh.Contract"));
        if (subject == Policy.Subject.CHANGE) {
            builder.addVar("before", StructTypeReference.create("fedmesh.Contract"))
                    .addVar("change", StructTypeReference.create("fedmesh.Change"));
        }
        return builder.build();
    }

    /** Refuses whatever could make a value that is larger than what the expression or the facts hold. */
    private static void refuseGrowth(CelNavigableExpr root) throws Miswritten {
        List<CelNavigableExpr> nodes = root.allNodes().limit(MAX_NODES + 1L).toList();
        if (nodes.size() > MAX_NODES) {
            throw refused("the expression must have at most " + MAX_NODES + " parts but had more");
        }
        for (CelNavigableExpr node : nodes) {
            CelExpr expression = node.expr();
            switch (node.getKind()) {
                case MAP, STRUCT -> throw refused("the expression must make no map and no message but did");
                case LIST -> {
                    boolean isConstant = expression.list().elements().stream()
                            .allMatch(element -> element.exprKind().getKind() == Kind.CONSTANT);
                    if (!isConstant
                            && !node.parent().map(PolicyLanguage::isAppend).orElse(false)) {
                        throw refused("a list in the expression must hold plain values but held something else");
                    }
                }
                case CALL -> {
                    if (expression.call().function().equals("_+_") && !isAppend(node)) {
                        throw refused("the expression must not use '+' but did");
                    }
                }
                case NOT_SET, CONSTANT, IDENT, SELECT, COMPREHENSION -> {}
            }
        }
    }

    /** Whether it is what the filter macro makes to take an element up. */
    private static boolean isAppend(CelNavigableExpr node) {
        if (node.getKind() != Kind.CALL || !node.expr().call().function().equals("_+_")) {
            return false;
        }
        CelExpr first = node.expr().call().args().get(0);
        return first.exprKind().getKind() == Kind.IDENT && first.ident().name().equals(ACCUMULATOR);
    }

    private static Miswritten refused(String message) {
        return new Miswritten(List.of(new Mistake(1, message)));
    }
}
