/** Paths here are absolute and `/` separated, as `FilePort` has them. */
export function join(folder: string, name: string): string {
  if (name === '' || name === '.') return folder;
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

/** The folder above; a file system's root is its own parent. */
export function parent(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash <= 0) return path.startsWith('/') ? '/' : path;
  const above = path.slice(0, slash);
  return /^[A-Za-z]:$/.test(above) ? (path.length === slash + 1 ? path : `${above}/`) : above;
}

/** True for the folder itself and everything below it. */
export function within(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

export function relative(folder: string, path: string): string {
  return within(folder, path) && path !== folder ? path.slice(folder.length).replace(/^\//, '') : path;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
