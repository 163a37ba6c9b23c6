/** Keep labels from covering each other. */

export interface Box {
  id: string;
  rank: number; // 0 is always shown; below 0 it is an obstacle, not a label
  isWanted: boolean;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Return the ids whose labels may be shown: by rank, then by id, never one over another. */
export function keepApart(boxes: Box[]): Set<string> {
  const placed: Box[] = [];
  const shown = new Set<string>();
  const ordered = boxes
    .filter((box) => box.isWanted)
    .sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  for (const box of ordered) {
    const isCovered = placed.some(
      (other) =>
        box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom,
    );
    if (isCovered && box.rank > 0) continue;
    placed.push(box);
    if (box.rank >= 0) shown.add(box.id);
  }
  return shown;
}
