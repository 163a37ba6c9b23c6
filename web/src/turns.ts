/** One piece of the page is drawn in a frame when the state changes, lest one frame bear them all. */
const waiting = new Set<() => void>();
let isAsked = false;
const lateMs = 250; // where no frames come (a tab behind others) the pieces are drawn all the same
let deadline = 0;

/** Call `run` in a frame of its own; asked for again while it waits, it is called once. */
export function inTurn(run: () => void): void {
  waiting.add(run);
  if (isAsked) return;
  isAsked = true;
  ask();
}

function ask(): void {
  const frame = requestAnimationFrame(next);
  deadline = window.setTimeout(() => {
    cancelAnimationFrame(frame);
    next();
  }, lateMs);
}

function next(): void {
  clearTimeout(deadline);
  const [run] = waiting;
  if (run !== undefined) {
    waiting.delete(run);
    run();
  }
  isAsked = waiting.size > 0;
  if (isAsked) ask();
}
