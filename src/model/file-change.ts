/** One step of a change to several files that is made as a whole or not at all. Paths are absolute, `/` separated. */
export type FileChange =
  | { readonly kind: 'create'; readonly path: string; readonly text: string }
  | { readonly kind: 'replace'; readonly path: string; readonly text: string }
  /** The bytes stay as they are, unless a text is given. */
  | { readonly kind: 'move'; readonly path: string; readonly to: string; readonly text?: string }
  /** Also of a folder that is empty by then. */
  | { readonly kind: 'delete'; readonly path: string };
