/** Who made what lies on a server or an engine, so that what a dead process left is found and removed. */
export interface OwnerPort {
  /** A new mark of this process: letters, digits and `_`, at most 40 characters. */
  mark(): string;
  /** True when whoever made the mark cannot be using it any more. */
  isGone(mark: string): boolean;
}
