import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DidChangeTextDocumentParams, Range, TextDocumentItem } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Edit } from '../model/edit.ts';
import type { Span } from '../model/span.ts';

/** A file that an editor has open: its text is the truth, whatever the disk says. */
export interface OpenDocument {
  /** As the editor writes it; answers use the same spelling. */
  readonly uri: string;
  /** Absolute, `/` separated. */
  readonly path: string;
  readonly text: TextDocument;
}

/** What one `didChange` did: the edits in order, each counted in the text before it; null when the whole text was replaced. */
export interface DocumentChange {
  readonly document: OpenDocument;
  readonly edits: readonly Edit[] | null;
}

/** The open documents, kept in step with the editor. Documents that are not files are not ours. */
export class Documents {
  readonly #byPath = new Map<string, OpenDocument>();

  open(item: TextDocumentItem): OpenDocument | null {
    const path = pathOf(item.uri);
    if (path === null) return null;
    const document = { uri: item.uri, path, text: TextDocument.create(item.uri, item.languageId, item.version, item.text) };
    this.#byPath.set(path, document);
    return document;
  }

  change(params: DidChangeTextDocumentParams): DocumentChange | null {
    const document = this.get(params.textDocument.uri);
    if (document === null) return null;
    let edits: Edit[] | null = [];
    for (const change of params.contentChanges) {
      if ('range' in change) edits?.push({ span: spanOf(document.text, change.range), text: change.text });
      else edits = null;
      TextDocument.update(document.text, [change], params.textDocument.version);
    }
    return { document, edits };
  }

  close(uri: string): OpenDocument | null {
    const document = this.get(uri);
    if (document !== null) this.#byPath.delete(document.path);
    return document;
  }

  get(uri: string): OpenDocument | null {
    const path = pathOf(uri);
    return path === null ? null : this.at(path);
  }

  at(path: string): OpenDocument | null {
    return this.#byPath.get(path) ?? null;
  }

  all(): readonly OpenDocument[] {
    return [...this.#byPath.values()];
  }
}

/** The `/` separated path of a file URI, or null for anything else. */
export function pathOf(uri: string): string | null {
  if (!uri.startsWith('file:')) return null;
  try {
    return fileURLToPath(uri).replaceAll('\\', '/');
  } catch {
    return null;
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

export function rangeOf(text: TextDocument, span: Span): Range {
  return { start: text.positionAt(span.start), end: text.positionAt(span.end) };
}

export function spanOf(text: TextDocument, range: Range): Span {
  return { start: text.offsetAt(range.start), end: text.offsetAt(range.end) };
}
