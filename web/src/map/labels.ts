/** Keep labels from covering each other. */

export interface Box {
  id: string;
  rank: number; // 0 is always shown; below 0 it is an obstacle, not a label
  side?: string; // where it would stand, if one label may stand in several places
  isWanted: boolean;
  isSoft?: boolean; // an obstacle that passes by: avoided if there is another side
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function areApart(a: Box, b: Box): boolean {
  return a.left >= b.right || b.left >= a.right || a.top >= b.bottom || b.top >= a.bottom;
}

/**
 * Return the labels that may be shown, each with the side at which it has room: by rank, then by
 * id, never one over another. The sides of one label are tried in the order in which they came.
 */
export function keepApart(boxes: Box[]): Map<string, string> {
  const placed: Box[] = boxes.filter((box) => box.isWanted && box.rank < 0 && box.isSoft !== true);
  const passing = boxes.filter((box) => box.isSoft === true);
  const shown = new Map<string, string>();
  const labels = new Map<string, Box[]>();
  for (const box of boxes) {
    if (!box.isWanted || box.rank < 0) continue;
    const sides = labels.get(box.id);
    if (sides === undefined) labels.set(box.id, [box]);
    else sides.push(box);
  }
  const ordered = [...labels.values()].sort(([a], [b]) => a!.rank - b!.rank || (a!.id < b!.id ? -1 : 1));
  for (const sides of ordered) {
    const allowed = sides.filter((box) => placed.every((other) => areApart(box, other)));
    // what moves by itself has a label that follows it; only what stays still can step aside
    const free = (allowed.length > 1 ? allowed.find((box) => passing.every((other) => areApart(box, other))) : undefined) ?? allowed[0];
    const box = free ?? (sides[0]!.rank === 0 ? sides[0]! : null);
    if (box === null) continue;
    placed.push(box);
    shown.set(box.id, box.side ?? "");
  }
  return shown;
}
