import type { Span } from '../model/span.ts';
import type { Statement } from '../model/statement.ts';
import { parseStatement, refusesBlock } from './parse.ts';
import { grammarTokens, isKeyword, type Token } from './tokens.ts';
import { child, listOf, text } from './walk.ts';

/** What a DO block holds. Offsets count from the statement's first character. */
export interface BlockContent {
  /** Its static SQL, in the order of the text; what an EXECUTE of one literal runs is among it. */
  readonly statements: readonly { readonly start: number; readonly statement: Statement }[];
  /** What makes its SQL only when the block runs. */
  readonly dynamic: readonly Span[];
  /** The body, where it is written in a way that is not read. */
  readonly unread: Span | null;
}

const nothing: BlockContent = { statements: [], dynamic: [], unread: null };
const kept = new WeakMap<Statement, BlockContent>();

/** The SQL in the body of a DO block in PL/pgSQL; nothing for any other statement. */
export function blockContent(statement: Statement): BlockContent {
  if (statement.kind !== 'DoStmt') return nothing;
  const known = kept.get(statement);
  if (known !== undefined) return known;
  const made = read(statement);
  kept.set(statement, made);
  return made;
}

function read(statement: Statement): BlockContent {
  const language = listOf(statement.node['args'], 'DefElem').find((each) => text(each, 'defname') === 'language');
  if (language !== undefined && text(child(child(language, 'arg') ?? {}, 'String') ?? {}, 'sval')?.toLowerCase() !== 'plpgsql') return nothing;
  const literal = grammarTokens(statement.text).find(({ kind }) => kind === 'string' || kind === 'dollar string');
  if (literal === undefined) return nothing;
  const body = insideOf(literal);
  if (body === null) return { ...nothing, unread: { start: literal.start, end: literal.end } };
  const found = new BlockReader(statement.text.slice(0, body.end), body.start).read();
  const statements = found.statements.map(({ start, sql }) => ({ start, statement: parseStatement(sql) }));
  // PostgreSQL's own reading of the block decides whether something is wrong with it: what ours alone refuses was cut in the wrong place.
  const isRight = statements.every((each) => each.statement.problem === null) || refusesBlock(statement.text);
  return { ...found, statements: isRight ? statements : statements.filter((each) => each.statement.problem === null) };
}

/** Where a literal has the very characters of its value; null where escapes stand in it. */
function insideOf({ kind, start, end, text: written }: Token): Span | null {
  const tag = kind === 'dollar string' ? written.indexOf('$', 1) + 1 : written.startsWith("'") ? 1 : 0;
  const inside = written.slice(tag, -tag);
  return tag === 0 || (kind === 'string' && inside.includes("'")) ? null : { start: start + tag, end: end - tag };
}

interface Found {
  readonly start: number;
  readonly sql: string;
}

/** Words that begin a part of a control structure, and the one that ends that part. */
const upTo: Readonly<Record<string, string>> = { IF: 'THEN', ELSIF: 'THEN', ELSEIF: 'THEN', WHEN: 'THEN', WHILE: 'LOOP', FOR: 'LOOP', FOREACH: 'LOOP' };
const single = new Set(['BEGIN', 'ELSE', 'LOOP', 'EXCEPTION']);
/** Words that begin SQL. */
const sql = new Set(
  `CREATE ALTER DROP INSERT UPDATE DELETE SELECT WITH MERGE TRUNCATE GRANT REVOKE COMMENT LOCK SET RESET REFRESH REINDEX CLUSTER COPY CALL DO ANALYZE VACUUM
  NOTIFY LISTEN IMPORT SECURITY REASSIGN DISCARD VALUES`.split(/\s+/),
);
/** Statements whose INTO names variables. */
const fills = new Set(['INSERT', 'UPDATE', 'DELETE', 'SELECT', 'WITH', 'MERGE', 'VALUES']);

/** Reads the text from an offset to its end, statement by statement. */
class BlockReader {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private readonly statements: Found[] = [];
  private readonly dynamic: Span[] = [];
  private at = 0;

  constructor(text: string, from: number) {
    this.text = text;
    this.tokens = grammarTokens(text.slice(from)).map((token) => ({ ...token, start: token.start + from, end: token.end + from }));
  }

  read(): { readonly statements: readonly Found[]; readonly dynamic: readonly Span[]; readonly unread: null } {
    while (this.at < this.tokens.length) this.next();
    return { statements: this.statements, dynamic: this.dynamic, unread: null };
  }

  private next(): void {
    const word = this.word(this.at);
    const end = upTo[word];
    if (single.has(word)) this.at += 1;
    else if (word === 'DECLARE') this.declarations();
    else if (this.tokens[this.at]?.text === '<') this.at = this.find(this.at + 2, (token) => token.text === '>') + 2;
    else if (word === 'CASE') this.at = this.find(this.at + 1, (token) => isKeyword(token, 'WHEN'));
    else if (end !== undefined) this.part(end);
    else if (word === 'EXECUTE') this.execute();
    else if (sql.has(word) && !this.isAssignment()) this.static(this.semicolon());
    else this.skip();
  }

  private word(index: number): string {
    const token = this.tokens[index];
    return token?.kind === 'word' ? token.text.toUpperCase() : '';
  }

  /** Variables may have the names of statements. */
  private isAssignment(): boolean {
    const [second, third] = [this.tokens[this.at + 1]?.text, this.tokens[this.at + 2]?.text];
    return second === '=' || second === '.' || second === '[' || (second === ':' && third === '=');
  }

  private declarations(): void {
    this.at += 1;
    while (this.at < this.tokens.length && this.word(this.at) !== 'BEGIN') this.at = this.semicolon() + 1;
  }

  /** A condition, or the head of a loop with the query that it runs. */
  private part(end: string): void {
    const stop = this.find(this.at + 1, (token) => isKeyword(token, end));
    const query = this.find(this.at, (token) => isKeyword(token, 'IN'), stop) + 1;
    if (this.word(this.at) === 'FOR' && query < stop) {
      const [first, head] = [this.word(query), this.at];
      this.at = query;
      if (first === 'EXECUTE') this.execute(stop);
      else if (sql.has(first)) this.static(stop);
      this.at = head;
    }
    this.at = stop + 1;
  }

  /** Statements of PL/pgSQL itself, and assignments: what they compute is no statement of its own. */
  private skip(): void {
    const stop = this.semicolon();
    for (let at = this.at + 1; at < stop; at += 1) if (this.word(at) === 'EXECUTE') this.note(at, stop);
    this.at = stop + 1;
  }

  /** EXECUTE of one literal runs just that. */
  private execute(stop = this.semicolon()): void {
    const [literal, after] = [this.tokens[this.at + 1], this.tokens[this.at + 2]];
    const isAlone = this.at + 2 >= stop || isKeyword(after, 'USING') || isKeyword(after, 'INTO');
    const inside = literal !== undefined && (literal.kind === 'string' || literal.kind === 'dollar string') && isAlone ? insideOf(literal) : null;
    const statement = inside === null ? '' : this.text.slice(inside.start, inside.end).replace(/[\s;]+$/, '');
    if (inside === null || statement.includes(';')) this.note(this.at, stop);
    else this.statements.push({ start: inside.start + statement.search(/\S|$/), sql: statement.trimStart() });
    this.at = stop + 1;
  }

  private static(stop: number): void {
    const [first, last] = [this.tokens[this.at], this.tokens[stop - 1]];
    if (first !== undefined && last !== undefined) this.statements.push({ start: first.start, sql: this.withoutTarget(this.at, stop, this.text.slice(first.start, last.end)) });
    this.at = stop + 1;
  }

  /** Blanks INTO with its variables, as PL/pgSQL does before PostgreSQL gets the statement: in plain SQL it would make a table. */
  private withoutTarget(from: number, stop: number, statement: string): string {
    if (!fills.has(this.word(from))) return statement;
    const into = this.find(from + 1, (token, index) => isKeyword(token, 'INTO') && !['INSERT', 'MERGE'].includes(this.word(index - 1)), stop);
    if (into >= stop) return statement;
    let end = this.word(into + 1) === 'STRICT' ? into + 3 : into + 2;
    while (end < stop && (this.tokens[end]?.text === ',' || this.tokens[end]?.text === '.')) end += 2;
    const [start, base] = [this.tokens[into]?.start ?? 0, this.tokens[from]?.start ?? 0];
    const until = this.tokens[end - 1]?.end ?? start;
    return (statement.slice(0, start - base) + this.text.slice(start, until).replace(/[^\n]/g, ' ') + statement.slice(until - base)).trimEnd();
  }

  private note(from: number, stop: number): void {
    this.dynamic.push({ start: this.tokens[from]?.start ?? 0, end: this.tokens[stop - 1]?.end ?? this.text.length });
  }

  private semicolon(): number {
    return this.find(this.at, (token) => token.text === ';');
  }

  /** The first such token outside parentheses and CASE expressions; `limit` when there is none. */
  private find(from: number, fits: (token: Token, index: number) => boolean, limit = this.tokens.length): number {
    let depth = 0;
    for (let index = from; index < limit; index += 1) {
      const token = this.tokens[index];
      if (token === undefined) return limit;
      if (depth === 0 && fits(token, index)) return index;
      if (token.text === '(' || token.text === '[' || (isKeyword(token, 'CASE') && index > from)) depth += 1;
      else if (depth > 0 && (token.text === ')' || token.text === ']' || isKeyword(token, 'END'))) depth -= 1;
    }
    return limit;
  }
}
