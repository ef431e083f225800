import * as vscode from 'vscode';
import type { DiffBlock, ReportView } from '../report/view-model.ts';

const scheme = 'lockstep-schema';
const mostKept = 20;

/** Serves SQL about schemas as read-only documents: the catalog before and after an up in VS Code's own diff editor, or a text by itself. */
export class SchemaDiffs implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  #opened = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '-- This text is of an earlier session. Run again what showed it.\n';
  }

  /** In the first column, where the migrations are: the report stays in sight. */
  async open(view: ReportView): Promise<void> {
    this.#opened += 1;
    const before = this.#keep(`${view.migration}/before.sql`, document(view, 'before'));
    const after = this.#keep(`${view.migration}/after.sql`, document(view, 'after'));
    await vscode.commands.executeCommand('vscode.diff', before, after, `${view.migration}: schema before ↔ after`, { viewColumn: vscode.ViewColumn.One, preview: true });
  }

  /** Shows a text in an editor of its own. */
  async openText(name: string, text: string): Promise<void> {
    this.#opened += 1;
    const document = await vscode.workspace.openTextDocument(this.#keep(name.replaceAll('/', ' '), text));
    await vscode.window.showTextDocument(document, { preview: false });
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #keep(path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${path}`, query: String(this.#opened) });
    this.#texts.set(uri.toString(), text);
    for (const oldest of [...this.#texts.keys()].slice(0, Math.max(0, this.#texts.size - mostKept))) this.#texts.delete(oldest);
    return uri;
  }
}

function document(view: ReportView, side: 'before' | 'after'): string {
  if (view.changes.length === 0) return '-- The up changes nothing in the schema.\n';
  return `${view.changes.map((block) => paragraph(block, side)).join('\n\n')}\n`;
}

/** Every object has its heading on both sides, so that the diff editor lines them up. */
function paragraph(block: DiffBlock, side: 'before' | 'after'): string {
  const definition = side === 'before' ? block.before : block.after;
  return [`-- ${block.kind} ${block.name.replaceAll(/\s/g, ' ')}`, ...(definition === '' ? [] : [definition])].join('\n');
}
