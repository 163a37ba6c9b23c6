/** Names of places as lists and labels say them. */
import * as format from "../format";
import { picture } from "../store";

export function placeName(id: string): string {
  const place = picture.place(id);
  return place === undefined ? id : format.shortName(place.names);
}
