/**
 * One piece of the page is drawn in a frame when the state changes, lest one frame bear them all; the
 * frame between two pieces is left to what moves. A piece may ask for rest between two drawings.
 */
const waiting = new Set<() => void>();
const resting = new Set<() => void>();
const ranAt = new WeakMap<() => void, number>();
let isAsked = false;
let isDue = false; // in the frame that comes
const lateMs = 250; // where no frames come (a tab behind others) the pieces are drawn all the same
let deadline = 0;

/** Call `run` in a frame of its own; asked for again while it waits or rests, it is called once. */
export function inTurn(run: () => void, restMs = 0): void {
  if (resting.has(run)) return;
  const leftMs = (ranAt.get(run) ?? -restMs) + restMs - performance.now();
  if (leftMs > 0) {
    resting.add(run);
    setTimeout(() => {
      resting.delete(run);
      inTurn(run);
    }, leftMs);
    return;
  }
  waiting.add(run);
  if (isAsked) return;
  isAsked = true;
  ask();
}

/** Whether a piece is drawn in this frame, so that what can wait a frame should. */
export function isTurnTaken(): boolean {
  return isDue;
}

function ask(): void {
  let frame = requestAnimationFrame(() => {
    isDue = true;
    frame = requestAnimationFrame(next);
  });
  deadline = window.setTimeout(() => {
    cancelAnimationFrame(frame);
    next();
  }, lateMs);
}

function next(): void {
  clearTimeout(deadline);
  isDue = false;
  const [run] = waiting;
  if (run !== undefined) {
    waiting.delete(run);
    ranAt.set(run, performance.now());
    run();
  }
  isAsked = waiting.size > 0;
  if (isAsked) ask();
}
