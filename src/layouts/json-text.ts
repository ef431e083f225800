/** JSON of any shape; null for what is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** JSON with the indent, line ends and end of another text. */
export function writtenAs(model: string, value: unknown): string {
  const indent = /\n([ \t]+)\S/.exec(model)?.[1] ?? (model.includes('\n') ? '  ' : '');
  const end = /\s*$/.exec(model)?.[0] ?? '';
  const text = JSON.stringify(value, null, indent);
  return (model.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text) + end;
}
