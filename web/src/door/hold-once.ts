/** Holding seats once: what is asked again after a lost answer is one hold; what was answered is done with. */
import { dropKey, keyOf } from "./kept";
import { SalesError } from "./sales-client";
import type { Held } from "./sales-types";

const tooMany = 429;
const serviceFault = 500;

/**
 * Hold what is wished under the wish's key.
 *
 * The service keeps its answer under the key, a refusal too, so a key that was answered is dropped: what
 * is pressed next is asked anew. Where there was no answer the key stays, and nothing is held twice.
 */
export async function holdOnce(wish: unknown, hold: (key: string) => Promise<Held>): Promise<Held> {
  try {
    const held = await hold(keyOf(wish));
    if (held.status === "held") return held;
    // what was held under it is over
    dropKey();
    return await hold(keyOf(wish));
  } catch (error) {
    const status = error instanceof SalesError ? (error.problem?.status ?? serviceFault) : serviceFault;
    if (status < serviceFault && status !== tooMany) dropKey();
    throw error;
  }
}
