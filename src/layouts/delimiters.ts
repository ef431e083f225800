import type { ScriptSource } from '../model/source.ts';
import { isSpace } from '../sql/lexer.ts';
import { tokenAt } from '../sql/tokens.ts';

/** The SQL with a semicolon in place of each delimiter of the tool's own, so that statements end where the tool ends them. Offsets stay. */
export function withSemicolons(source: ScriptSource, delimiter: string): ScriptSource {
  if (delimiter === ';' || delimiter.trim() === '') return source;
  let sql = '';
  for (let from = 0; from < source.sql.length; ) {
    if (source.sql.startsWith(delimiter, from)) {
      sql += `;${' '.repeat(delimiter.length - 1)}`;
      from += delimiter.length;
      continue;
    }
    const stop = isSpace(source.sql.charCodeAt(from)) ? from + 1 : tokenAt(source.sql, from)[1];
    const end = stop < 0 ? source.sql.length : stop;
    sql += source.sql.slice(from, end);
    from = end;
  }
  return { ...source, sql };
}
