import type { Diagnostic } from '../diagnostics/diagnostic';
import type { Comment } from '../lexer/token';
import { lex } from '../lexer/lexer';
import type { ParsedStatement } from '../parser/parser';
import type { Source, Span } from '../source/source';
import { StatementFacts } from './facts';
import { diagnosticOf } from './rule';
import type { LintedStatement, LintRule } from './rule';
import { RULES } from './rules';

/**
 * Checks statements against the rules, in the order in which they would run: facts about earlier ones count for later ones.
 * A comment `-- lint: allow <rule>: <reason>` in or right before a statement silences a rule there.
 */
export function lintStatements(
  statements: readonly ParsedStatement[],
  rules: readonly LintRule[] = RULES,
): Diagnostic[] {
  const facts = new StatementFacts();
  const commentsOf = commentFinder();
  return statements.flatMap((parsed) => {
    const linted: LintedStatement = { ...parsed, comments: commentsOf(parsed) };
    const allowed = allowedRules(linted.comments);
    const active = rules.filter(({ name }) => !allowed.has(name));
    const found = active.flatMap((rule) =>
      rule.check(linted, facts).map((one) => diagnosticOf(rule, linted, one)),
    );
    facts.add(parsed.statement, linted.comments);
    return found.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  });
}

const ALLOW = /\blint: allow ([a-z-]+): *\S/g;

function allowedRules(comments: readonly Comment[]): ReadonlySet<string> {
  return new Set(comments.flatMap(({ text }) => [...text.matchAll(ALLOW)].map((match) => match[1]!)));
}

/** Lexes each source once. */
function commentFinder(): (statement: ParsedStatement) => readonly Comment[] {
  const known = new Map<Source, ReturnType<typeof lex>>();
  return ({ source, span }) => {
    const lexed = known.get(source) ?? lex(source);
    known.set(source, lexed);
    const before = lexed.tokens.findLast(({ kind, end }) => kind !== 'EOF' && end <= span.start);
    return lexed.comments.filter((comment) => belongs(comment, span, before, source));
  };
}

/** After the statement before it and not on that one's line; up to the end of its own last line. */
function belongs(comment: Comment, span: Span, before: Span | undefined, { text }: Source): boolean {
  if (comment.start >= span.end) return !text.slice(span.end, comment.start).includes('\n');
  if (before === undefined || comment.start >= span.start) return true;
  return comment.start >= before.end && text.slice(before.end, comment.start).includes('\n');
}
